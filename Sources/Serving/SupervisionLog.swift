import Logging
import Supervision
import Synchronization
import Telemetry

/// Logs what goes wrong under the supervisors of the process.
struct SupervisionLog {
    private let ids: [String]
    private static let count = Atomic<Int>(0)

    /// Logs from now on.
    init() throws(TelemetryError) {
        let number = Self.count.wrappingAdd(1, ordering: .relaxed).newValue
        let logger = Logger(label: "heliograph.supervision")
        let registry = HandlerRegistry.shared
        ids = ["ended", "stuck", "failed"].map {
            "heliograph.supervision.\(number).\($0)"
        }
        try registry.attach(ids[0], to: SupervisionEvents.childEnded) { child in
            guard case .failed(let failure) = child.end else { return }
            logger.error("A child failed", metadata: child.metadata(["error": "\(failure)"]))
        }
        try registry.attach(ids[1], to: SupervisionEvents.childStuck) { child in
            logger.critical("A child did not end in time", metadata: child.metadata([:]))
        }
        try registry.attach(ids[2], to: SupervisionEvents.supervisorFailed) { failure in
            logger.critical(
                "A supervisor gave up",
                metadata: ["supervisor": "\(failure.supervisor)", "error": "\(failure.error)"])
        }
    }

    /// Logs no more.
    func detach() {
        // Not found is impossible: the ids are its own.
        ids.forEach { try? HandlerRegistry.shared.detach($0) }
    }
}

extension SupervisionEvents.Child {
    fileprivate func metadata(_ more: Logger.Metadata) -> Logger.Metadata {
        more.merging(["child": "\(child)", "supervisor": "\(supervisor)"]) { first, _ in first }
    }
}
