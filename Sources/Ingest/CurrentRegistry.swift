import Telemetry

/// Which registry receiving threads use, so that another one can take its place while they run; any thread.
package final class CurrentRegistry: Sendable {
    private let place: PublishedReference<WireRegistry>

    /// Begins with `registry`.
    package init(_ registry: WireRegistry) { place = PublishedReference(registry) }

    /// Calls `body` with the registry; inside the reclamation domain.
    func use(_ body: (WireRegistry) -> Void) { place.use(body) }

    /// Has frames from now on use what `successor` makes of the registry that is in use; for one caller at a time.
    package func replace(_ successor: (WireRegistry) -> WireRegistry) {
        place.replace(with: place.current.map(successor))
    }
}
