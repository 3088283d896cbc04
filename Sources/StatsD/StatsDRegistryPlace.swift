import Synchronization

/// Which registry receiving threads use, so that another one can take its place while they run; any thread.
package final class StatsDRegistryPlace: Sendable {
    private let registry: Mutex<StatsDRegistry>

    /// Begins with `registry`.
    package init(_ registry: StatsDRegistry) { self.registry = Mutex(registry) }

    /// The registry for the next datagram.
    package var current: StatsDRegistry { registry.withLock(\.self) }

    /// Has datagrams from now on use `other`.
    package func replace(with other: StatsDRegistry) { registry.withLock { $0 = other } }
}
