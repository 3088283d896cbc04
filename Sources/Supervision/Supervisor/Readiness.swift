import Synchronization

/// Whether the present run of a supervisor is up, for those who wait for that.
///
/// Thread-safe.
final class Readiness: Sendable {
    private typealias Outcome = Promise<Result<Void, SupervisionError>>

    private let outcome = Mutex(Outcome())

    func isUp() { outcome.withLock { $0 }.fulfil(.success(())) }

    /// The run is over; who still waits gets the error, and who comes later waits for the next run.
    func isOver(_ error: SupervisionError) {
        let former = outcome.withLock { outcome in
            defer { outcome = Outcome() }
            return outcome
        }
        former.fulfil(.failure(error))
    }

    func wait() async throws { try await outcome.withLock { $0 }.valueUnlessCancelled().get() }
}
