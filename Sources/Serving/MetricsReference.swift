import Exporting
import StateFiles
import TelemetryMetrics

/// The reference of the service's own metrics, made from their definitions.
package enum MetricsReference {
    /// A table in Markdown.
    ///
    /// - Throws: what is wrong with a definition.
    package static func markdown() throws -> String {
        var configuration = ExporterConfiguration()
        configuration.includesHeap = true
        configuration.keeper = StateKeeper(StatePlaces(), limit: 0)
        let exporter = try Exporter(MetricSet([]), configuration: configuration)
        try ExporterService.registerOwnMetrics(in: exporter.store)
        try EndRecord.count(after: nil, in: exporter.store)
        _ = try IngestMetrics(store: exporter.store, connections: exporter.ownMetrics.connections)
        _ = try ConfigurationMetrics(store: exporter.store)
        let rows = exporter.store.families.map { family in
            let labels = family.definition.labels.map { "`\($0)`" }.joined(separator: ", ")
            return
                "| `\(family.name)` | \(family.definition.kind.rawValue) | \(labels) | \(family.definition.help) |"
        }
        return """
            # Metrics of the service itself

            Made by `heliograph metrics`; a test compares.

            | Metric | Type | Labels | Meaning |
            |---|---|---|---|
            \(rows.joined(separator: "\n"))

            """
    }
}
