import LogTelemetry
package import Logging
import Supervision
import Synchronization
package import Telemetry

/// Logs what happens under the supervisors of the process, what is normal at the debug level.
package struct SupervisionLog {
    private let ids: [String]
    private static let count = Atomic<Int>(0)

    /// Logs from now on.
    package init(_ logger: Logger = Logger(label: "heliograph.supervision")) throws(TelemetryError) {
        let number = Self.count.wrappingAdd(1, ordering: .relaxed).newValue
        let registry = HandlerRegistry.shared
        ids = ["started", "ended", "restarting", "stuck", "failed"].map {
            "heliograph.supervision.\(number).\($0)"
        }
        try registry.attach(ids[0], to: SupervisionEvents.childStarted) { child in
            logger.debug("A child started", metadata: child.metadata([:]))
        }
        try registry.attach(ids[1], to: SupervisionEvents.childEnded) { child in
            guard let end = child.end else { return }
            guard case .failed(let failure) = end else {
                logger.debug("A child ended", metadata: child.metadata(["end": "\(end)"]))
                return
            }
            logger.error(
                "A child failed",
                metadata: LogMessage.childFailed.metadata(child.metadata(["error": "\(failure)"])))
        }
        try registry.attach(ids[2], to: SupervisionEvents.childRestarting) { child in
            let wait = child.wait ?? .zero
            logger.warning(
                "A child is started again",
                metadata: LogMessage.childRestarting.metadata(child.metadata(["after": "\(wait)"])))
        }
        try registry.attach(ids[3], to: SupervisionEvents.childStuck) { child in
            let wait = child.wait ?? .zero
            logger.critical(
                "A child did not end in time",
                metadata: LogMessage.childStuck.metadata(child.metadata(["after": "\(wait)"])))
        }
        try registry.attach(ids[4], to: SupervisionEvents.supervisorFailed) { failure in
            logger.critical(
                "A supervisor gave up",
                metadata: LogMessage.supervisorFailed.metadata([
                    "supervisor": "\(failure.supervisor)", "error": "\(failure.error)",
                ]))
        }
    }

    /// Logs no more.
    package func detach() {
        // Not found is impossible: the ids are its own.
        ids.forEach { try? HandlerRegistry.shared.detach($0) }
    }
}

extension SupervisionEvents.Child {
    fileprivate func metadata(_ more: Logger.Metadata) -> Logger.Metadata {
        more.merging(["child": "\(child)", "supervisor": "\(supervisor)"]) { first, _ in first }
    }
}
