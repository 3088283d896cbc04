import Logging
import Supervision
import SwiftMetricsBridge
import Synchronization
import Telemetry
import TelemetryMetrics

/// Logs what goes wrong under the supervisors of the process, and with its metrics and polls.
struct FailureLog {
    private let ids: [String]
    private static let count = Atomic<Int>(0)

    /// Logs from now on.
    init() throws(TelemetryError) {
        let number = Self.count.wrappingAdd(1, ordering: .relaxed).newValue
        let logger = Logger(label: "heliograph.supervision")
        let registry = HandlerRegistry.shared
        ids = ["ended", "stuck", "failed", "metric", "poll", "handler", "bridge"].map {
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
        try Self.logFailures(ids[3...], logger)
    }

    /// What goes wrong beside the supervisors.
    private static func logFailures(_ ids: ArraySlice<String>, _ logger: Logger) throws(TelemetryError) {
        let (metric, poll, handler) = (ids[ids.startIndex], ids[ids.startIndex + 1], ids[ids.startIndex + 2])
        let registry = HandlerRegistry.shared
        try registry.attach(handler, to: HandlerRegistry.failure, policy: .keep) { failure in
            logger.error(
                "A handler failed",
                metadata: [
                    "event": "\(failure.event)", "handler": "\(failure.handlerID)",
                    "error": "\(failure.error)",
                ])
        }
        try registry.attach(ids[ids.startIndex + 3], to: BridgeRejection.event) { rejection in
            logger.warning(
                "A label of swift-metrics was not taken as it came",
                metadata: ["label": "\(rejection.label)", "cause": "\(rejection.cause)"])
        }
        try registry.attach(metric, to: MetricFailure.event) { failure in
            logger.error(
                "A metric was switched off",
                metadata: ["metric": "\(failure.metric)", "error": "\(failure.error)"])
        }
        try registry.attach(poll, to: PollerEvents.failure) { failure in
            logger.warning(
                "A poll failed", metadata: ["poll": "\(failure.poll)", "cause": "\(failure.cause)"])
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
