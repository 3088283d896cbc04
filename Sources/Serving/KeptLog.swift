import JournalLogging
import Linux
import Logging
package import Systemd

/// The records that wait to be written, in the service manager's keeping: however a process ends, the next one logs them.
package enum KeptLog {
    private static let prefix = "heliograph-log-"
    private static var name: String { "\(prefix)\(JournalLogHandler.memoryLayout)" }

    /// Logs what the process before left in what is taken out of `passed`, and has the manager keep this one's memory instead.
    package static func goOn(from passed: inout [ActivatedDescriptor], notifier: Notifier = Notifier()) {
        let kept = passed.filter { $0.name.hasPrefix(prefix) }
        passed.removeAll { $0.name.hasPrefix(prefix) }
        let logger = Logger(label: "heliograph.log")
        // First, so that what ends this process while it is read ends no other one.
        if notifier.isHeard { replace(Set(kept.map(\.name)), notifier, logger) }
        for descriptor in kept {
            let memory = Descriptor(takingOwnership: descriptor.descriptor)
            guard descriptor.name == name else { continue }
            do {
                try JournalLogHandler.logRecords(leftIn: memory)
            } catch {
                logger.warning("The last records can't be read", error: error)
            }
        }
    }

    /// Tries once and no longer: a manager that does not read must not hold up the start for this.
    private static func replace(_ names: Set<String>, _ notifier: Notifier, _ logger: Logger) {
        do throws(SystemdError) {
            for name in names { try notifier.removeStored(name: name) }
            guard let memory = JournalLogHandler.duplicateMemory() else { return }
            try notifier.store(descriptor: memory.rawValue, name: name)
        } catch {
            logger.warning("The last records will not outlive this process", error: error)
        }
    }
}
