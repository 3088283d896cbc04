import PrometheusFormat
import Telemetry
import TelemetryMetrics
import Testing

/// New series on the pages of all formats.
@Suite(.timeLimit(.minutes(5)))
struct InitialZeroPageTests {
    private let event = Event<Order>(Page.freshID())
    private let payment = Label("payment", \Order.payment)

    private func page() throws -> Page {
        let page = try Page {
            Counter("a_total", "A.", of: event, labels: payment).initialZero(for: .seconds(60))
            Gauge("b", "B.", of: event, observing: \.amount, labels: payment)
            Histogram("c", "C.", of: event, observing: \.amount, buckets: [1], labels: payment)
                .initialZero(for: .seconds(60))
            Histogram("d", "D.", of: event, observing: \.amount, buckets: .native(), labels: payment)
                .initialZero(for: .seconds(60))
            Summary("e", "E.", of: event, observing: \.amount, quantiles: [], labels: payment)
                .initialZero(for: .seconds(60))
        }
        event.emit(Order(amount: 1))
        page.store.clock.advance(by: .milliseconds(1))
        return page
    }

    private func samples(_ page: Page, _ format: ExpositionFormat) -> [Substring] {
        let bytes = PageRenderer(page.store, format: format).bytes()
        #expect(ExpositionCheck(bytes, format: format).error == nil)
        return String(decoding: bytes, as: UTF8.self).replacing(#"payment="card""#, with: "")
            .split(separator: "\n").filter { !$0.hasPrefix("#") }
    }

    @Test(arguments: [ExpositionFormat.text, .openMetrics])
    func areZeroInTextAndThenHaveTheirValue(_ format: ExpositionFormat) throws {
        let page = try page()
        func expected(_ value: Int) -> [Substring] {
            [
                "a_total{} \(value)", "b{} 1", "c_bucket{,le=\"1.0\"} \(value)",
                "c_bucket{,le=\"+Inf\"} \(value)", "c_sum{} \(value)", "c_count{} \(value)",
                "d_bucket{,le=\"+Inf\"} \(value)", "d_sum{} \(value)", "d_count{} \(value)",
                "e_sum{} \(value)", "e_count{} \(value)",
            ]
        }
        #expect(samples(page, format) == expected(0))
        page.store.clock.advance(by: .seconds(60))
        #expect(samples(page, format) == expected(1))
    }

    @Test func areZeroInProtobufAndThenHaveTheirValue() throws {
        let page = try page()
        func values() throws -> [String] {
            try WireReader.page(PageRenderer(page.store, format: .protobuf).bytes()).compactMap { family in
                family.split(separator: #"value:"card"} "#).last.map(String.init)
            }
        }
        let created = "created{s:1700000000 ns:0}}"
        let threshold = 0x1p-128
        #expect(
            try values() == [
                "counter{value:0.0 \(created)}", "gauge{value:1.0}}",
                "histogram{count:0 sum:0.0 bucket{count:0 bound:1.0} \(created)}",
                "histogram{count:0 sum:0.0 schema:3 threshold:\(threshold) zeros:0 \(created)}",
                "summary{count:0 sum:0.0 \(created)}",
            ])
        page.store.clock.advance(by: .seconds(60))
        #expect(
            try values() == [
                "counter{value:1.0 \(created)}", "gauge{value:1.0}}",
                "histogram{count:1 sum:1.0 bucket{count:1 bound:1.0} \(created)}",
                "histogram{count:1 sum:1.0 schema:3 threshold:\(threshold) zeros:0 "
                    + "pspan{offset:0 length:1} pdelta:1 \(created)}",
                "summary{count:1 sum:1.0 \(created)}",
            ])
    }
}
