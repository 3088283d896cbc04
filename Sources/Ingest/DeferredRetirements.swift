import Synchronization
import Telemetry

/// What is to be retired once no lock is held, as a retirement may run what other code retired before.
///
/// Thread-safe; its own lock is held for an assignment.
final class DeferredRetirements: Sendable {
    private let waiting = Mutex<[@Sendable () -> Void]>([])

    /// Keeps `body` until `hand(to:)`.
    func add(_ body: @escaping @Sendable () -> Void) { waiting.withLock { $0.append(body) } }

    /// Retires all that waits; for callers without a lock.
    func hand(to domain: ReclamationDomain) {
        for body in waiting.withLock({ exchange(&$0, with: []) }) { domain.retire(body) }
    }
}
