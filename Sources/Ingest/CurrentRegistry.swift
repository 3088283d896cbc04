import Telemetry

/// The registry that receiving threads use, which a reload replaces while they run; any thread.
package final class CurrentRegistry: Sendable {
    private let place: PublishedReference<WireRegistry>

    /// Begins with `registry`.
    package init(_ registry: WireRegistry) { place = PublishedReference(registry) }

    /// Calls `body` with the registry; inside the reclamation domain.
    func use(_ body: (WireRegistry) -> Void) { place.use(body) }

    /// Replaces the registry by what `successor` makes of it, for later frames; for one caller at a time.
    package func replace(_ successor: (WireRegistry) -> WireRegistry) {
        place.replace(with: place.current.map(successor))
    }
}
