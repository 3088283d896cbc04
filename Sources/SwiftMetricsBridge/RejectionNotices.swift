import Synchronization
import Telemetry

/// Tells of each label and cause once; any thread, no lock is held while handlers run.
final class RejectionNotices: Sendable {
    private let told = Mutex<Set<[String]>>([])
    /// Labels past any limit come from outside, and are not remembered for ever.
    private static let most = 10_000

    /// Emits the event where it is the first for label and cause.
    func tell(_ label: String, _ cause: String) {
        let isNew = told.withLock { told in
            told.count < Self.most && told.insert([label, cause]).inserted
        }
        if isNew { BridgeRejection.event.emit(BridgeRejection(label: label, cause: cause)) }
    }
}
