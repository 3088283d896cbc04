package import TelemetryMetrics

/// The metrics of connections to the process, by what they bring: scrapes or events.
package struct ConnectionMetrics: Sendable {
    /// Connections that are open.
    package let open: Family
    /// Connections that there was no room for.
    package let refused: Family
    /// Connections that were ended by the process.
    package let cut: Family
    /// Connections that the kernel would not give.
    package let acceptFailures: Family

    /// Registers them in `store`.
    init(store: MetricStore) throws(DefinitionErrors) {
        func metric(
            _ kind: MetricKind, _ name: String, _ help: String, _ labels: [String] = ["source"]
        ) throws(DefinitionErrors) -> Family {
            try store.register(
                MetricDefinition(kind, name: name, help: help, labels: labels), isInternal: true)
        }
        open = try metric(.gauge, "heliograph_connections", "Open connections, by source.")
        refused = try metric(
            .counter, "heliograph_connections_refused_total", "Connections past a limit, by source.")
        cut = try metric(
            .counter, "heliograph_connections_cut_total",
            "Connections that were ended as they were idle or slow, by source and cause.",
            ["source", "cause"])
        acceptFailures = try metric(
            .counter, "heliograph_accept_failures_total", "Connections that could not be accepted, by source."
        )
    }

    /// Shows the series of a source, of which no connection is open; returns that of open ones.
    package func begin(source: String) -> SeriesHandle? {
        let handle = open.handle(labels: [source])
        handle?.record(0)
        _ = refused.handle(labels: [source])
        _ = acceptFailures.handle(labels: [source])
        return handle
    }
}
