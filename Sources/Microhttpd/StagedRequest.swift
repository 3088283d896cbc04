import Synchronization

/// A request on its way through the stages.
struct StagedRequest {
    var request: Request
    let match: Router.Match
    /// Of the stage that is asked next.
    var stage = 0
}

/// How far a request came.
enum StageProgress {
    case planned(RequestPlan)
    /// A stage has to find something out first.
    case waits(StagedRequest, StageWork)
}

/// Where the verdict arrives that a suspended request waits for; the lock guards it.
final class AwaitedVerdict: Sendable {
    private let verdict = Mutex<LateVerdict?>(nil)

    /// True for the first verdict, which counts.
    func arrive(_ late: LateVerdict) -> Bool {
        verdict.withLock { verdict in
            guard verdict == nil else { return false }
            verdict = late
            return true
        }
    }

    /// Nil while there is none.
    var arrived: LateVerdict? { verdict.withLock { $0 } }
}
