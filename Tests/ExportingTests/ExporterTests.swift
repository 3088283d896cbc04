import Exporting
import PrometheusFormat
import Telemetry
import TelemetryMetrics
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ExporterTests {
    struct Order: Sendable {
        var items: Int
        var payment: String
    }

    private static func lines(_ page: Page, of metric: String) -> [String] {
        String(decoding: page.bytes, as: UTF8.self)
            .split(separator: "\n").map(String.init).filter { $0.hasPrefix(metric) }
    }

    @Test func countsEventsFromItsCreationOn() throws {
        let completed = Event<Order>("exporter.tests.counts")
        let payment = Label("payment", \Order.payment)
        completed.emit(Order(items: 9, payment: "card"))
        let exporter = try Exporter(
            MetricSet {
                Counter("orders_total", "Orders.", of: completed, labels: payment)
                Sum("items_total", "Items.", of: completed, adding: \.items, labels: payment)
            })
        completed.emit(Order(items: 3, payment: "card"))
        completed.emit(Order(items: 4, payment: "invoice"))
        let page = exporter.render()
        #expect(
            Self.lines(page, of: "orders_total") == [
                #"orders_total{payment="card"} 1"#, #"orders_total{payment="invoice"} 1"#,
            ])
        #expect(
            Self.lines(page, of: "items_total") == [
                #"items_total{payment="card"} 3"#, #"items_total{payment="invoice"} 4"#,
            ])
    }

    @Test func showsCreatedLinesInOpenMetricsWhereItIsToldTo() throws {
        let event = Event<Order>("exporter.tests.created")
        var configuration = ExporterConfiguration()
        configuration.clock = CoarseClock(fixedAt: 1_700_000_000_000)
        let metrics = MetricSet { Counter("made_total", "Made.", of: event) }
        func created() throws -> [String] {
            let page = try Exporter(metrics, configuration: configuration)
                .render(accept: "application/openmetrics-text; version=1.0.0")
            #expect(ExpositionCheck(page.bytes, format: .openMetrics).error == nil)
            return Self.lines(page, of: "made_created")
        }
        #expect(try created() == [])
        configuration.showsCreatedLines = true
        #expect(try created() == ["made_created 1700000000.000"])
    }

    @Test func showsNewSeriesAsZeroWhereItIsToldTo() throws {
        let event = Event<Order>("exporter.tests.zero")
        var configuration = ExporterConfiguration()
        let clock = CoarseClock(fixedAt: 1_700_000_000_000)
        configuration.clock = clock
        configuration.initialZero = .seconds(60)
        let payment = Label("payment", \Order.payment)
        let exporter = try Exporter(
            MetricSet {
                Counter("slow_total", "Slow.", of: event, labels: payment)
                Counter("fast_total", "Fast.", of: event, labels: payment).initialZero(for: .seconds(30))
            }, configuration: configuration)
        event.emit(Order(items: 1, payment: "card"))
        clock.advance(by: .milliseconds(1))
        var pages: [[String]] = []
        for _ in 0..<3 {
            let page = exporter.render()
            pages.append(Self.lines(page, of: "fast_total") + Self.lines(page, of: "slow_total"))
            clock.advance(by: .seconds(30))
        }
        let card = #"{payment="card"}"#
        #expect(
            pages == [
                ["fast_total\(card) 0", "slow_total\(card) 0"],
                ["fast_total\(card) 1", "slow_total\(card) 0"],
                ["fast_total\(card) 1", "slow_total\(card) 1"],
            ])
    }

    @Test func detachesItsHandlersWhenItIsReleased() throws {
        let event = Event<Int>("exporter.tests.released")
        do {
            let exporter = try Exporter(MetricSet { Counter("released_total", "Events.", of: event) })
            #expect(event.isObserved)
            withExtendedLifetime(exporter) {}
        }
        #expect(!event.isObserved)
    }

    @Test func throwsAllDefinitionErrorsAndAttachesNothing() {
        let event = Event<Int>("exporter.tests.errors")
        let error = #expect(throws: DefinitionErrors.self) {
            try Exporter(
                MetricSet {
                    Counter("fine_total", "Fine.", of: event)
                    Counter("not fine", "A space.", of: event)
                    Histogram(
                        "bad_seconds", "Descending.", of: event, observing: { $0 }, buckets: [2, 1])
                })
        }
        #expect(error?.errors.map(\.metric) == ["not fine", "bad_seconds"])
        #expect(!event.isObserved)
    }

    @Test(
        arguments: [
            ("application/openmetrics-text;version=1.0.0", .openMetrics), ("text/plain", .text), (nil, .text),
        ] as [(String?, ExpositionFormat)])
    func answersInTheFormatThatIsAskedFor(accept: String?, format: ExpositionFormat) throws {
        let page = try Exporter(MetricSet([])).render(accept: accept)
        #expect(page.contentType == PageFormat(format).contentType)
        let check = ExpositionCheck(page.bytes, format: format)
        #expect(check.isValid, "\(check.report(source: "page"))")
        #expect(check.findings.isEmpty, "\(check.report(source: "page"))")
    }

    @Test func countsItsOwnPages() throws {
        let exporter = try Exporter(MetricSet([]))
        _ = exporter.render()
        let page = exporter.render()
        #expect(
            Self.lines(page, of: "heliograph_scrapes_total") == [
                #"heliograph_scrapes_total{format="text"} 1"#,
                #"heliograph_scrapes_total{format="text_1.0.0"} 0"#,
                #"heliograph_scrapes_total{format="openmetrics"} 0"#,
                #"heliograph_scrapes_total{format="protobuf"} 0"#,
            ])
    }

    @Test func putsPrefixAndConstantLabelsOnAllButItsOwn() throws {
        let event = Event<Int>("exporter.tests.prefix")
        var configuration = ExporterConfiguration()
        configuration.prefix = "acme_"
        configuration.constantLabels = [("site", "b\"1\"")]
        let exporter = try Exporter(
            MetricSet { Counter("seen_total", "Seen.", of: event) }, configuration: configuration)
        event.emit(1)
        let page = exporter.render()
        #expect(Self.lines(page, of: "acme_") == [#"acme_seen_total{site="b\"1\""} 1"#])
        #expect(
            Self.lines(page, of: "heliograph_scrapes_in_flight") == ["heliograph_scrapes_in_flight 0"])
    }

    @Test func givesHandlesOnSeriesWithoutEvents() throws {
        let exporter = try Exporter(MetricSet([]))
        let definition = MetricDefinition(.counter, name: "jobs_total", help: "Jobs.", labels: ["queue"])
        let handle = try exporter.series(of: definition, labels: ["a"])
        handle.increment()
        try exporter.series(of: definition, labels: ["a"]).record(2)
        #expect(Self.lines(exporter.render(), of: "jobs_total") == [#"jobs_total{queue="a"} 3"#])
        #expect(throws: ExporterError.wrongLabelCount(metric: "jobs_total", expected: 1, given: 0)) {
            try exporter.series(of: definition, labels: [])
        }
    }
}
