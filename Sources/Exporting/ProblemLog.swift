import Logging
import SwiftMetricsBridge
import Synchronization
import Telemetry
import TelemetryMetrics

/// Says in the log what goes wrong with events, metrics and polls, so that an application has no need to attach to the events of failures.
///
/// What fails again and again is said for the first, the second, the fourth time and so on. Handlers that fail by a line of this log, as
/// log messages can be events, make no further line. Thread-safe.
final class ProblemLog: Sendable {
    let logger: Logger
    private let ids: [String]
    /// Whether the running task logs for this.
    @TaskLocal private static var isLogging = false
    /// How many mistakes in declarations of events were said.
    private let said = Mutex(0)
    private let rejections = RejectionLog()

    /// Logs from now on, with handlers whose ids begin with `id`, until it is released.
    init(_ logger: Logger, id: String) throws(TelemetryError) {
        self.logger = logger
        ids = ["handler", "metric", "poll", "bridge"].map { "\(id).problems.\($0)" }
        let registry = HandlerRegistry.shared
        try registry.attach(ids[0], to: HandlerRegistry.failure, policy: .keep) { failure in
            guard Self.isDue(failure.consecutiveFailures), !Self.isLogging else { return }
            Self.$isLogging.withValue(true) {
                logger.error(
                    "A handler failed",
                    metadata: [
                        "event": "\(failure.event)", "handler": "\(failure.handlerID)",
                        "error": "\(failure.error)", "detached": "\(failure.retryDelay == nil)",
                        "times": "\(failure.consecutiveFailures)",
                    ])
            }
        }
        try registry.attach(ids[1], to: MetricFailure.event) { failure in
            logger.error(
                "A metric was switched off",
                metadata: ["metric": "\(failure.metric)", "error": "\(failure.error)"])
        }
        try registry.attach(ids[2], to: PollerEvents.failure) { failure in
            guard Self.isDue(failure.consecutiveFailures) else { return }
            logger.warning(
                "A poll failed",
                metadata: [
                    "poll": "\(failure.poll)", "cause": "\(failure.cause)",
                    "times": "\(failure.consecutiveFailures)",
                ])
        }
        try registry.attach(ids[3], to: BridgeRejection.event) { rejection in
            // What a metric of a label refuses is said of the metric.
            let isOfMetric = Rejection.allCases.contains {
                $0.reason != nil && $0.cause.rawValue == rejection.cause
            }
            guard !isOfMetric else { return }
            logger.warning(
                "A label of swift-metrics was not taken as it came",
                metadata: ["label": "\(rejection.label)", "cause": "\(rejection.cause)"])
        }
        sayDeclarationErrors()
    }

    deinit {
        // Not found is impossible: the ids are its own.
        ids.forEach { try? HandlerRegistry.shared.detach($0) }
    }

    /// Whether what has failed so often is said again.
    private static func isDue(_ failures: Int) -> Bool { failures & (failures - 1) == 0 }

    /// Says what is wrong with declarations of events and with what the metrics of `store` are given, each once.
    func sayNews(of store: MetricStore) {
        sayDeclarationErrors()
        rejections.sayNews(of: store, to: logger)
    }

    private func sayDeclarationErrors() {
        let errors = HandlerRegistry.shared.declarationErrors
        let new = said.withLock { said in
            defer { said = max(said, errors.count) }
            return errors.dropFirst(said)
        }
        for error in new { logger.error("An event is declared wrongly", metadata: ["error": "\(error)"]) }
    }

    /// Says which definitions have no help.
    func sayMissingHelp(_ definitions: [MetricDefinition]) {
        let names = definitions.filter(\.help.isEmpty).map(\.name)
        guard !names.isEmpty else { return }
        logger.notice(
            "Metrics have no help: say in one sentence what they count",
            metadata: ["metrics": "\(names.joined(separator: ", "))"])
    }

    /// Says that nobody uses the exporter.
    func sayUnused(_ isReleased: Bool) {
        logger.warning(
            isReleased
                ? "An exporter was released before anybody used its page: hold it as long as it is to count"
                : "Nobody has used the exporter yet: call run(), show the page of render(), or push or write it at the end"
        )
    }
}
