import PrometheusFormat
import Telemetry
import TelemetryMetrics
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CreatedLinesTests {
    private let event = Event<Order>(Page.freshID())
    private let payment = Label("payment", \Order.payment)

    private func page() throws -> Page {
        let page = try Page(constantLabels: [("env", "x")]) {
            Counter("a_total", "A.", of: event, labels: payment)
            Gauge("b", "B.", of: event, observing: \.amount)
            Histogram("c", "C.", of: event, observing: \.amount, buckets: [1])
            Summary("d", "D.", of: event, observing: \.amount, quantiles: [])
        }
        event.emit(Order())
        event.emit(Order(payment: "cash"))
        return page
    }

    @Test func standAmongTheSamplesOfOpenMetrics() throws {
        let text = try text(of: page(), format: .openMetrics)
        #expect(
            text == """
                # TYPE a counter
                # HELP a A.
                a_total{env="x",payment="card"} 1
                a_created{env="x",payment="card"} 1700000000.000
                a_total{env="x",payment="cash"} 1
                a_created{env="x",payment="cash"} 1700000000.000
                # TYPE b gauge
                # HELP b B.
                b{env="x"} 1
                # TYPE c histogram
                # HELP c C.
                c_bucket{env="x",le="1.0"} 2
                c_bucket{env="x",le="+Inf"} 2
                c_sum{env="x"} 2
                c_count{env="x"} 2
                c_created{env="x"} 1700000000.000
                # TYPE d summary
                # HELP d D.
                d_sum{env="x"} 2
                d_count{env="x"} 2
                d_created{env="x"} 1700000000.000
                # EOF

                """)
    }

    @Test func areNotInText() throws {
        let page = try page()
        #expect(try text(of: page, format: .text) == page.text(.text))
    }

    /// A histogram of negative numbers has neither sum nor count in OpenMetrics.
    @Test func areThoseOfNegativeHistogramsToo() throws {
        let page = try Page {
            Histogram("c", "C.", of: event, observing: \.amount, buckets: [-1, 1], labels: payment)
            Histogram("d", "D.", of: event, observing: \.amount, buckets: .native(), labels: payment)
        }
        event.emit(Order(amount: -5))
        let created = try text(of: page, format: .openMetrics).split(separator: "\n").filter {
            $0.contains("_created")
        }
        #expect(
            created == [
                #"c_created{payment="card"} 1700000000.000"#, #"d_created{payment="card"} 1700000000.000"#,
            ])
    }

    @Test(arguments: [Duration.seconds(31_536_000), .seconds(-31_536_000)])
    func followAWallClockThatWasSet(_ change: Duration) throws {
        let page = try page()
        let before = try text(of: page, format: .openMetrics)
        page.store.clock.setWallClock(forwardBy: change)
        let seconds = 1_700_000_000 + change.components.seconds
        let expected = before.replacing("1700000000.000", with: "\(seconds).000")
        #expect(try text(of: page, format: .openMetrics) == expected)
    }

    /// The page with created lines, once a strict parser took it.
    private func text(of page: borrowing Page, format: ExpositionFormat) throws -> String {
        let bytes = PageRenderer(page.store, format: format, showsCreated: true).bytes()
        let error = ExpositionCheck(bytes, format: format).error
        #expect(error == nil)
        return String(decoding: bytes, as: UTF8.self)
    }
}
