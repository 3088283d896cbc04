import Synchronization
public import Telemetry

/// What a label of swift-metrics lost, and why.
///
/// Emitted once for each label and cause; how much is lost is in `heliograph_swift_metrics_rejected_total` for labels that
/// have no metric, and in `heliograph_measurements_rejected_total` for values that a metric did not take.
public struct BridgeRejection: Sendable, Equatable {
    /// The event: `telemetry.swift_metrics.rejected`.
    public static let event = Event<BridgeRejection>("telemetry.swift_metrics.rejected")

    /// As the code has it.
    public let label: String
    /// One of `name_conflict`, `reserved_name`, `bad_name`, `label_limit`, `store_full`, `not_finite`, `negative` and
    /// `overflow`, or `options_ignored` where the label has options that don't go with its kind, and nothing is lost.
    public let cause: String
}

/// Tells of each label and cause once; any thread, no lock is held while handlers run.
final class RejectionNotices: Sendable {
    private let told = Mutex<Set<[String]>>([])
    /// Labels past any limit come from outside, and are not remembered for ever.
    private static let most = 10_000

    /// Emits the event where it is the first for label and cause.
    func tell(_ label: String, _ cause: String) {
        let isNew = told.withLock { told in
            told.count < Self.most && told.insert([label, cause]).inserted
        }
        if isNew { BridgeRejection.event.emit(BridgeRejection(label: label, cause: cause)) }
    }
}
