import Supervision
import Synchronization
import Telemetry

/// Whether the tree of the service is as it should be: no child was given up that did not end when it was told to.
final class TreeHealth: Sendable {
    private let isBroken = Atomic<Bool>(false)
    private static let id = "heliograph.health"

    /// False from the first child on that is stuck.
    var isSound: Bool { !isBroken.load(ordering: .relaxed) }

    /// Notes what happens to children of `supervisor` until `detach`.
    func attach(to supervisor: String) throws(TelemetryError) {
        try HandlerRegistry.shared.attach("\(Self.id).\(supervisor)", to: SupervisionEvents.childStuck) {
            child in
            if child.supervisor == supervisor { self.isBroken.store(true, ordering: .relaxed) }
        }
    }

    /// Notes nothing more.
    func detach(from supervisor: String) {
        // Not found is impossible: it was attached.
        try? HandlerRegistry.shared.detach("\(Self.id).\(supervisor)")
    }
}
