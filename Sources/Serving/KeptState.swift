import Arena
import Glibc
import Linux
import Logging
import StateFiles
import Systemd
import TelemetryMetrics

/// The memory of all series in the service manager's keeping: a process that follows, however this one ends, goes on with it.
///
/// The manager has at most two: that of the process before until all of it is taken over, and that of this one from then on.
struct KeptState {
    /// What processes before left, as far as it can be read.
    let predecessors: [ForeignArena]
    /// Whether there is a service manager that may keep something.
    var isHeard: Bool { notifier.isHeard }
    private let unreadable: [Unreadable]
    private let names: [String]
    private let notifier: Notifier
    private let logger = Logger(label: "heliograph.state")

    private struct Unreadable {
        let name: String
        /// A descriptor of its own, until it is set aside.
        let descriptor: Int32
        let refusal: ForeignArena.Refusal
    }

    private static let prefix = "heliograph-state-"

    /// Takes what is kept out of `passed`.
    init(from passed: inout [ActivatedDescriptor], notifier: Notifier = Notifier()) {
        let kept = passed.filter { $0.name.hasPrefix(Self.prefix) }
        passed.removeAll { $0.name.hasPrefix(Self.prefix) }
        self.notifier = notifier
        names = kept.map(\.name)
        var predecessors: [ForeignArena] = []
        var unreadable: [Unreadable] = []
        for descriptor in kept {
            let copy = Descriptor.duplicate(of: descriptor.descriptor)?.release()
            do {
                let memory = try SharedMemory(
                    takingOwnership: Descriptor(takingOwnership: descriptor.descriptor), reserve: 0)
                predecessors.append(try ForeignArena(memory))
                if let copy { _ = Descriptor(takingOwnership: copy) }
            } catch {
                let refusal = error as? ForeignArena.Refusal ?? .notAnArena
                logger.error(
                    "Kept series can't be read",
                    metadata: ["name": "\(descriptor.name)", "reason": "\(error)"])
                if let copy {
                    unreadable.append(
                        Unreadable(name: descriptor.name, descriptor: copy, refusal: refusal))
                }
            }
        }
        self.predecessors = predecessors
        self.unreadable = unreadable
    }

    /// Has the keeper set aside what can't be read.
    func setAsideUnreadable(with keeper: StateKeeper) {
        for state in unreadable {
            keeper.setAside(Descriptor(takingOwnership: state.descriptor), for: state.refusal, state.name)
        }
    }

    /// Makes the manager keep the store's memory, which is the one of that generation, in the place of what it had.
    func keep(_ store: MetricStore, generation: UInt64) {
        guard notifier.isHeard else { return }
        let name = "\(Self.prefix)\(generation % 2)"
        do {
            guard let descriptor = store.arena.duplicateDescriptor() else {
                throw LinuxError.call(operation: "dup", errno: 24, context: "the store of series")
            }
            // The name may be that of a memory from before the last one.
            if names.contains(name) {
                try patiently { () throws(SystemdError) in try notifier.removeStored(name: name) }
            }
            try patiently { () throws(SystemdError) in
                try notifier.store(descriptor: descriptor.rawValue, name: name)
            }
            for other in names where other != name {
                try patiently { () throws(SystemdError) in try notifier.removeStored(name: other) }
            }
        } catch {
            logger.warning("Series will not outlive this process", metadata: ["reason": "\(error)"])
        }
    }
    /// Tries again for up to five seconds while a busy manager does not read what it was sent.
    private func patiently(_ tell: () throws(SystemdError) -> Void) throws(SystemdError) {
        for _ in 0..<500 {
            do throws(SystemdError) {
                return try tell()
            } catch .notificationFailed(_, EAGAIN) {
                usleep(10_000)
            }
        }
        try tell()
    }
}
