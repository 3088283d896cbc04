import Arena
import Linux
import Logging
import Systemd
import TelemetryMetrics

/// The memory of all series in the service manager's keeping: a process that follows, however this one ends, goes on with it.
///
/// The manager has at most two: that of the process before until all of it is taken over, and that of this one from then on.
struct KeptState {
    /// What the process before left; nil for none that can be read.
    let predecessor: ForeignArena?
    private let names: [String]
    private let notifier: Notifier
    private let logger = Logger(label: "heliograph.state")

    private static let prefix = "heliograph-state-"

    /// Takes what is kept out of `passed`.
    init(from passed: inout [ActivatedDescriptor], notifier: Notifier = Notifier()) {
        let kept = passed.filter { $0.name.hasPrefix(Self.prefix) }
        passed.removeAll { $0.name.hasPrefix(Self.prefix) }
        self.notifier = notifier
        names = kept.map(\.name)
        var newest: ForeignArena?
        for descriptor in kept {
            do {
                let memory = try SharedMemory(
                    takingOwnership: Descriptor(takingOwnership: descriptor.descriptor), reserve: 0)
                let arena = try ForeignArena(memory)
                if arena.generation > newest?.generation ?? 0 { newest = arena }
            } catch {
                logger.error(
                    "Kept series can't be read",
                    metadata: ["name": "\(descriptor.name)", "reason": "\(error)"])
            }
        }
        predecessor = newest
    }

    /// Makes the manager keep the store's memory, in the place of what it had.
    func keep(_ store: MetricStore) {
        guard notifier.isHeard else { return }
        let generation = (predecessor?.generation ?? 0) + 1
        store.arena.complete(generation: generation)
        let name = "\(Self.prefix)\(generation % 2)"
        do {
            guard let descriptor = store.arena.duplicateDescriptor() else {
                throw LinuxError.call(operation: "dup", errno: 24, context: "the store of series")
            }
            // The name may be that of a memory from before the last one.
            if names.contains(name) { try notifier.removeStored(name: name) }
            try notifier.store(descriptor: descriptor.rawValue, name: name)
            for other in names where other != name { try notifier.removeStored(name: other) }
        } catch {
            logger.warning("Series will not outlive this process", metadata: ["reason": "\(error)"])
        }
    }
}
