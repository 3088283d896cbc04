import Exporting
import StateFiles
import TelemetryMetrics

/// The reference of the service's own metrics, made from their definitions, with which of them an application has.
package enum MetricsReference {
    /// A table in Markdown.
    ///
    /// - Throws: what is wrong with a definition.
    package static func markdown() throws -> String {
        var configuration = ExporterConfiguration()
        configuration.includesHeap = true
        configuration.keeper = StateKeeper(StatePlaces(), limit: 0)
        let exporter = try Exporter(MetricSet([]), configuration: configuration, logger: nil)
        _ = try exporter.metricsFactory()
        let ofApplications = Set(exporter.store.families.map(\.name))
        try ExporterService.registerOwnMetrics(in: exporter.store)
        try EndRecord.count(after: nil, in: exporter.store)
        _ = try IngestMetrics(store: exporter.store, connections: exporter.ownMetrics.connections)
        _ = try ConfigurationMetrics(store: exporter.store)
        let rows = exporter.store.families.map { family in
            let labels = family.definition.labels.map { "`\($0)`" }.joined(separator: ", ")
            let place = ofApplications.contains(family.name) ? "yes" : ""
            return
                "| `\(family.name)` | \(family.definition.kind.rawValue) | \(labels) | \(place) | \(family.definition.help) |"
        }
        return """
            # Metrics of the service itself

            Made by `heliograph metrics`; a test compares. Those with "yes" are on the page of an application, too.

            | Metric | Type | Labels | Application | Meaning |
            |---|---|---|---|---|
            \(rows.joined(separator: "\n"))

            """
    }
}
