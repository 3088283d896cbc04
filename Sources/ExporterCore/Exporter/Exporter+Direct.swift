import Linux
import StatsD
public import TelemetryMetrics

extension Exporter {
    /// One series of a metric that values are recorded into directly, without an event.
    ///
    /// The first call registers the metric, later ones find it; the series exists from then on and is never expired. For
    /// values that have no event, and where even the lookup of the series is too much.
    /// - Parameter labels: the values of the definition's labels, in their order.
    /// - Throws: `DefinitionErrors`; `ExporterError` where there is no memory for the series, or the number of labels is
    ///   another.
    public func series(of definition: MetricDefinition, labels: [String]) throws -> SeriesHandle {
        guard labels.count == definition.labels.count else {
            throw ExporterError.wrongLabelCount(
                metric: definition.name, expected: definition.labels.count, given: labels.count)
        }
        guard let handle = try store.registerOrReuse(definition).handle(labels: labels) else {
            throw ExporterError.storeFull(metric: definition.name)
        }
        return handle
    }

    /// Counts the lines of StatsD datagrams as the service does, for one thread; for measuring.
    @_spi(Benchmarks)
    public func statsdIngest() throws -> ([UInt8]) -> Void {
        let registry = StatsDRegistry(store: store, StatsDConfiguration())
        let counters = try IngestMetrics(store: store).counters(source: "statsd")
        var ingest = StatsDIngest(place: StatsDRegistryPlace(registry), store: store, counters: counters)
        return { datagram in datagram.withBytes(in: datagram.indices) { ingest.receive($0) } }
    }
}

/// Why there is no series to record into.
public enum ExporterError: Error, Equatable, CustomStringConvertible {
    /// The values don't go with the labels of the definition.
    case wrongLabelCount(metric: String, expected: Int, given: Int)
    /// There is no memory for another series.
    case storeFull(metric: String)

    /// One sentence that names the metric.
    public var description: String {
        switch self {
        case .wrongLabelCount(let metric, let expected, let given):
            "Metric \"\(metric)\" has \(expected) labels, but \(given) values were given."
        case .storeFull(let metric):
            "Metric \"\(metric)\": there is no memory for another series."
        }
    }
}
