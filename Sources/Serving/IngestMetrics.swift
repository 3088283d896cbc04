import Exporting
import Ingest
import Listeners
import Logging
import TelemetryMetrics

/// The metrics of what comes in over wires.
struct IngestMetrics: Sendable {
    private let received: Family
    private let counted: Family
    private let rejected: Family
    private let droppedTags: Family
    private let datagramsReceived: Family
    private let datagramsDropped: Family
    private let datagramsTruncated: Family
    private let connections: ConnectionMetrics
    private let lines: [String: RejectedLines]
    private let logger = Logger(label: "heliograph.ingest")

    /// The sources of events, as in the labels.
    private static let sources = ["statsd", "carbon", "event_socket"]

    init(store: MetricStore, connections: ConnectionMetrics) throws(DefinitionErrors) {
        self.connections = connections
        func counter(_ name: String, _ help: String, _ labels: [String]) throws(DefinitionErrors) -> Family {
            try store.register(
                MetricDefinition(.counter, name: name, help: help, labels: labels), isInternal: true)
        }
        received = try counter(
            "heliograph_events_received_total", "Events and lines received, by source.", ["source"])
        counted = try counter(
            "heliograph_events_counted_total", "Events that a metric counted, by source.", ["source"])
        rejected = try counter(
            "heliograph_events_rejected_total", "Events that no metric counted, by source and cause.",
            ["source", "cause"])
        droppedTags = try counter(
            "heliograph_tags_dropped_total",
            "Tags of counted lines that became no labels, by source and cause: bare or nameless.",
            ["source", "cause"])
        datagramsReceived = try counter(
            "heliograph_datagrams_received_total", "Datagrams received, by listener.", ["listener"])
        datagramsDropped = try counter(
            "heliograph_datagrams_dropped_total", "Datagrams that the kernel dropped before they were read.",
            ["listener"])
        datagramsTruncated = try counter(
            "heliograph_datagrams_truncated_total",
            "Datagrams whose end was lost because they were too long.",
            ["listener"])
        lines = Dictionary(
            uniqueKeysWithValues: Self.sources.map { [logger] source in
                (source, RejectedLines(source: source) { Self.log($0, to: logger) })
            })
        for listener in IngestListener.Transport.ofDatagrams {
            _ = datagramsReceived.handle(labels: [listener.rawValue])
            _ = datagramsDropped.handle(labels: [listener.rawValue])
            _ = datagramsTruncated.handle(labels: [listener.rawValue])
        }
        for cause in ["bare", "nameless"] { _ = droppedTags.handle(labels: ["statsd", cause]) }
    }

    /// The last few lines that were refused, for each source and cause, oldest first.
    var rejectedLines: [RejectedLines.Line] {
        lines.values.flatMap(\.lines).sorted { $0.time < $1.time }
    }

    /// How many events of all sources metrics counted, and how many they did not.
    var totals: (counted: Int64, rejected: Int64) { (Self.total(counted), Self.total(rejected)) }

    /// How many events were decided upon, for whoever only looks whether it grows.
    var decided: Int {
        let totals = totals
        return Int(truncatingIfNeeded: totals.counted &+ totals.rejected)
    }

    private static func total(_ family: Family) -> Int64 {
        var sum: Int64 = 0
        family.forEachSeries { _, row in sum &+= family.total(row).whole }
        return sum
    }

    /// Text from a wire: at no level above debug.
    private static func log(_ line: RejectedLines.Line, to logger: Logger) {
        logger.debug(
            "Rejected a line",
            metadata: [
                "source": "\(line.source)", "cause": "\(line.cause.rawValue)", "line": "\(line.text)",
            ])
    }

    /// The counters of one source of events; the first rejection for each cause is logged.
    func counters(source: String) -> IngestCounters {
        IngestCounters(
            source: source, received: received, counted: counted, rejected: rejected,
            droppedTags: droppedTags, lines: lines[source]
        ) { [logger] cause in
            logger.warning(
                "Rejected an event; further ones with this cause are only counted",
                metadata: ["source": "\(source)", "cause": "\(cause.rawValue)"])
        }
    }

    /// Notes datagrams that came and were lost.
    func noteDatagrams(_ statistics: ListenerStatistics, of transport: IngestListener.Transport) {
        func add(_ count: Int, to family: Family) {
            if count > 0 { family.add(UInt64(count), labels: [transport.rawValue]) }
        }
        add(statistics.frames, to: datagramsReceived)
        add(statistics.truncated, to: datagramsTruncated)
        add(statistics.kernelDrops, to: datagramsDropped)
    }

    /// What notes the connections of a source's listener, of which none is open yet.
    func connections(of source: String) -> ListenerReport {
        let open = connections.begin(source: source)
        let (refusals, failures) = (LogPace(), LogPace())
        return { [connections, logger] statistics in
            let change = statistics.accepted - statistics.closed
            if change != 0 { open?.move(by: Double(change)) }
            func add(_ count: Int, to family: Family, _ labels: [String]) {
                if count > 0 { family.add(UInt64(count), labels: labels) }
            }
            for (cause, count) in statistics.cut {
                add(count, to: connections.cut, [source, cause.rawValue])
            }
            add(statistics.refused, to: connections.refused, [source])
            add(statistics.acceptFailures, to: connections.acceptFailures, [source])
            if statistics.refused > 0, let count = refusals.note(statistics.refused) {
                logger.warning(
                    "Refused connections past the limit",
                    metadata: ["source": "\(source)", "count": "\(count)"])
            }
            if statistics.acceptFailures > 0, let count = failures.note(statistics.acceptFailures) {
                logger.error(
                    "Connections wait, as the process is out of descriptors or memory",
                    metadata: ["source": "\(source)", "count": "\(count)"])
            }
        }
    }
}
