import Arena
import LogTelemetry
import Logging
import Microhttpd
import PrometheusFormat
import Telemetry
import TelemetryMetrics

/// The exporter's metrics of itself, all of them `heliograph_*`.
package struct OwnMetrics: Sendable {
    private let arena: Arena
    /// By format.
    private let scrapes: [ExpositionFormat: SeriesHandle]
    private let scrapeDuration: SeriesHandle?
    private let requests: RequestMetrics
    private let pages: Places
    /// Those of connections, for all rooms that have some.
    package let connections: ConnectionMetrics

    /// Registers them in `store`, all but `events`.
    init(store: MetricStore, pages: Places) throws(DefinitionErrors) {
        arena = store.arena
        self.pages = pages
        let pagesMade = try store.register(
            MetricDefinition(
                .counter, name: "heliograph_scrapes_total", help: "Pages made to their end, by format.",
                labels: ["format"]), isInternal: true)
        scrapes = Dictionary(
            uniqueKeysWithValues: ExpositionFormat.allCases.compactMap { format in
                pagesMade.handle(labels: [format.label]).map { (format, $0) }
            })
        var duration = MetricDefinition(
            .histogram, name: "heliograph_scrape_duration_seconds",
            help: "Time to make a page, without that of its client.", unit: .seconds)
        duration.buckets = .exponential(start: 0.0001, factor: 4, count: 9)
        scrapeDuration = try store.register(duration, isInternal: true).handle(labels: [])
        requests = try RequestMetrics(store: store)
        connections = try ConnectionMetrics(store: store)
        try Self.addRejections(to: store)
        try Self.addOverflows(to: store)
    }

    /// Those that come from events and from functions.
    var events: MetricSet {
        MetricSet {
            Info(
                "heliograph_build", "1, labelled with what is running.",
                ["version": Version.current, "swift_version": Version.swift])
            Counter(
                "heliograph_handler_failures_total", "Handlers of events that threw, by event.",
                of: HandlerRegistry.failure, labels: Label("event") { $0.event.text }
            )
            .seeded(Self.none).initialZero(for: Self.firstShown)
            Counter(
                "heliograph_metric_failures_total",
                "Metrics that were switched off, as their measurement or filter threw, by metric.",
                of: MetricFailure.event, labels: Label("metric", \.metric)
            )
            .seeded(Self.none).initialZero(for: Self.firstShown)
            Counter(
                "heliograph_log_messages_total", "Messages that were logged, by level and logger.",
                of: LogEvents.message, labels: Label("level") { $0.level.rawValue }, Label("logger", \.logger)
            )
            .seriesLimit(Self.mostLoggersByLevel).initialZero(for: Self.firstShown)
            Gauge("heliograph_scrapes_in_flight", "Pages that are made or wait to be sent.") { [pages] in
                pages.count
            }
        }
    }

    /// Loggers have labels that a program may make up as it runs.
    private static let mostLoggersByLevel = 500

    /// What happens once in the life of a process is shown as zero before, for as long as a Prometheus may take between two scrapes:
    /// alerts on growth see it then.
    private static let firstShown = Duration.seconds(60)
    /// A series without a name, as Prometheus takes an empty label for none: panels have data before anything happens.
    private static let none = [""]

    /// Notes a page that was made to its end.
    func scraped(_ format: ExpositionFormat, in duration: Duration) {
        arena.succeed()
        scrapes[format]?.increment()
        scrapeDuration?.record(duration.inSeconds)
    }

    /// Notes an HTTP request that is over.
    func finished(_ request: FinishedRequest) { requests.finished(request) }

    /// Notes an answer to a request that nobody could read.
    func refused(status: Int) { requests.refused(status: status) }

    private static func addOverflows(to store: MetricStore) throws(DefinitionErrors) {
        let overflowed = try store.register(
            MetricDefinition(
                .counter, name: "heliograph_metric_overflowed_total",
                help: "Updates of a metric that fell into its overflow series, as it has too many others.",
                labels: ["metric"]), isInternal: true)
        let mirror = MirroredCounts(overflowed)
        let shown = LastShown<[UInt64]>()
        store.addCollector { [weak store] in
            guard let store else { return }
            let total = store.overflowed
            let (families, number) = store.numberedFamilies
            shown.show([total, number]) {
                var counts: [[String]: UInt64] = [:]
                for family in families {
                    let count = family.series.overflowed
                    if count > 0 { counts[[family.name]] = count }
                }
                mirror.show(counts, of: families)
            }
        }
    }

    private static func addRejections(to store: MetricStore) throws(DefinitionErrors) {
        let rejected = try store.register(
            MetricDefinition(
                .counter, name: "heliograph_measurements_rejected_total",
                help: "Measurements that a metric did not record, by metric and cause.",
                labels: ["metric", "cause"]), isInternal: true)
        let mirror = MirroredCounts(rejected)
        let shown = LastShown<[UInt64]>()
        store.addCollector { [weak store] in
            guard let store else { return }
            let total = RejectionCounts.total
            let (families, number) = store.numberedFamilies
            shown.show([total, number]) {
                var counts: [[String]: UInt64] = [:]
                for family in families {
                    for rejection in Rejection.allCases {
                        let count = family.rejections.count(of: rejection)
                        if count > 0 { counts[[family.name, rejection.cause.rawValue]] = count }
                    }
                }
                mirror.show(counts, of: families)
            }
        }
    }
}

extension ExpositionFormat {
    /// How the format is called in a label.
    fileprivate var label: String {
        switch self {
        case .text: "text"
        case .text1: "text_1.0.0"
        case .openMetrics: "openmetrics"
        case .protobuf: "protobuf"
        }
    }
}

extension MirroredCounts {
    /// Shows counts of metrics, whose names are the first label.
    fileprivate func show(_ counts: [[String]: UInt64], of families: [Family]) {
        // Rarely asked for, as few metrics have such counts.
        var names: Set<String>?
        show(counts) { labels in
            if names == nil { names = Set(families.map(\.name)) }
            return names?.contains(labels[0]) ?? false
        }
    }
}
