/// The names of metrics that only Prometheus and the exporter itself may make.
///
/// Senders, libraries and applications can't have them: a forged `up` would raise alarms, a forged `target_info` would give
/// every series other labels.
package enum ReservedNames {
    /// Who makes the metrics of such a name.
    package enum Owner: Sendable, Equatable {
        /// A Prometheus server: what it knows of its targets and its alerts.
        case prometheus
        /// The page: what it says of the exporter, the process and the runtime.
        case page
    }

    /// Who makes the metric of that exposed name, nil where the name is free.
    package static func owner(of name: some StringProtocol) -> Owner? {
        switch String(name) {
        case "up", "ALERTS", "ALERTS_FOR_STATE": return .prometheus
        case "target_info": return .page
        default: break
        }
        if name.hasPrefix("scrape_") { return .prometheus }
        return ofPage.contains { name.hasPrefix($0) } ? .page : nil
    }

    private static let ofPage = ["heliograph_", "process_", "swift_runtime_"]
}

extension MetricDefinition {
    /// The first of its names on a page, its samples' among them, that is not for applications and senders.
    var reservedName: String? { sampleNames.first { ReservedNames.owner(of: $0) != nil } }
}
