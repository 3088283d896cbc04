import Glibc
import Synchronization

/// Says, once and in any thread, that something has happened.
package final class Marker: Sendable {
    private let value = Atomic(false)

    package init() {}

    /// Gives way to other threads where it is not set yet.
    package var isSet: Bool {
        if value.load(ordering: .acquiring) { return true }
        sched_yield()
        return false
    }

    package func set() { value.store(true, ordering: .releasing) }
}
