import Supervision
import Synchronization

/// How many children of each id of each supervisor are up: many children of a dynamic supervisor share one id.
///
/// Thread-safe.
final class ChildrenUp: Sendable {
    private struct Kind: Hashable {
        let supervisor: String
        let child: String

        init(_ child: SupervisionEvents.Child) {
            (supervisor, self.child) = (child.supervisor, child.child)
        }
    }

    private let counts = Mutex<[Kind: Int]>([:])

    func started(_ child: SupervisionEvents.Child) {
        counts.withLock { $0[Kind(child), default: 0] += 1 }
    }

    /// Whether a child that ended was the last one; also where it came up before this began to count.
    func isNoneLeft(after child: SupervisionEvents.Child) -> Bool {
        counts.withLock { counts in
            let kind = Kind(child)
            let left = max((counts[kind] ?? 0) - (child.wasUp ? 1 : 0), 0)
            counts[kind] = left == 0 ? nil : left
            return left == 0
        }
    }
}
