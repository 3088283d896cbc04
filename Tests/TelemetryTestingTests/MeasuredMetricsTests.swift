import Telemetry
import TelemetryMetrics
import TelemetryTesting
import Testing

@Suite(.timeLimit(.minutes(5)))
struct MeasuredMetricsTests {
    private struct Order: Sendable {
        var payment: String
        var items = 1
        var elapsed = Duration.milliseconds(250)
    }

    private static let ordered = Event<Order>("testing.metrics.ordered")
    private static let payment = Label("payment", \Order.payment)
    private static let metrics = MetricSet {
        Counter("orders_total", "Orders.", of: ordered, labels: payment)
        Sum("items_total", "Items.", of: ordered, adding: \.items)
        Histogram("duration", "Duration.", of: ordered, observing: \.elapsed, buckets: [0.5], labels: payment)
    }

    @Test func valuesAreFoundByNameAndLabels() async throws {
        try await withMetrics(Self.metrics) { metrics in
            #expect(metrics.value("items_total") == 0)
            #expect(metrics.value("orders_total", "card") == nil)
            Self.ordered.emit(Order(payment: "card", items: 2))
            await Task { Self.ordered.emit(Order(payment: "a \"b\"\n", items: 3)) }.value
            #expect(metrics.value("orders_total", "card") == 1)
            #expect(metrics.value("orders_total", "a \"b\"\n") == 1)
            #expect(metrics.value("items_total") == 5)
            #expect(metrics.value("duration_seconds_bucket", "card", "0.5") == 1)
            #expect(metrics.value("duration_seconds_sum", "card") == 0.25)
            #expect(metrics.value("duration_seconds_count", "cash") == nil)
        }
    }

    /// Each of these emits the same event at the same time.
    @Test(arguments: 0..<40)
    func testsSeeTheirOwnEventsOnly(_ number: Int) async throws {
        try await withMetrics(Self.metrics) { metrics in
            for _ in 0..<number {
                Self.ordered.emit(Order(payment: "card"))
                await Task.yield()
            }
            #expect(metrics.value("orders_total", "card") == (number == 0 ? nil : Double(number)))
            try withMetrics(Self.metrics) { inner in
                Self.ordered.emit(Order(payment: "card"))
                #expect(inner.value("orders_total", "card") == 1)
            }
            #expect(metrics.value("orders_total", "card") == Double(number + 1))
        }
    }

    @Test func aWholePageIsCompared() throws {
        let event = Event<Int>("testing.metrics.page")
        let set = MetricSet { Counter("seen_total", "Seen.", of: event, labels: Label("n") { $0 }) }
        try withMetrics(set) { metrics in
            event.emit(7)
            let page = "# HELP seen_total Seen.\n# TYPE seen_total counter\nseen_total{n=\"7\"} 1\n"
            #expect(metrics.page == page)
            try metrics.expectPage(page)
            #expect(
                throws: PageMismatch.line(
                    number: 3, shown: "seen_total{n=\"7\"} 1", expected: "seen_total{n=\"7\"} 2")
            ) { try metrics.expectPage(page.replacing("} 1", with: "} 2")) }
            #expect(throws: PageMismatch.line(number: 4, shown: "", expected: "more")) {
                try metrics.expectPage(page + "more")
            }
        }
    }

    @Test func namesAreLinted() throws {
        let event = Event<Int>("testing.metrics.lint")
        let set = MetricSet { Gauge("camelCase_ms", "Camel.", of: event, observing: { $0 }) }
        try withMetrics(set) { metrics in
            event.emit(1)
            let error = #expect(throws: PageMismatch.self) { try metrics.expectPage(metrics.page) }
            #expect(error?.description.contains("camelCase_ms") == true)
        }
    }

    @Test func mistakesInDefinitionsAreThrown() {
        #expect(throws: DefinitionErrors.self) {
            try withMetrics(MetricSet { Gauge("a b", "A.") { 1 } }) { _ in }
        }
    }

    @Test func timeIsThatOfAManualClock() throws {
        let event = Event<Int>("testing.metrics.clock")
        let clock = ManualClock()
        let set = MetricSet {
            Summary("s", "S.", of: event, observing: { $0 }, quantiles: [1], window: .seconds(10))
        }
        try withMetrics(set, clock: clock) { metrics in
            event.emit(0)
            #expect(metrics.value("s", "1.0") == 0)
            clock.advance(by: .seconds(60))
            #expect(metrics.value("s", "1.0")?.isNaN == true)
        }
    }
}
