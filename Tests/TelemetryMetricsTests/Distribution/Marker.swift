import Glibc
import Synchronization

/// Says, once and in any thread, that something has happened.
final class Marker: Sendable {
    private let value = Atomic(false)

    /// Gives way to other threads where it is not set yet.
    var isSet: Bool {
        if value.load(ordering: .acquiring) { return true }
        sched_yield()
        return false
    }

    func set() { value.store(true, ordering: .releasing) }
}
