import Arena
import PrometheusFormat
import Telemetry
import TelemetryMetrics
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct PageRendererTests {
    private let event = Event<Order>(Page.freshID())
    private let payment = Label("payment", \Order.payment)

    @Test func writesCounters() throws {
        let page = try Page { Counter("orders", "Orders completed.", of: event, labels: payment) }
        event.emit(Order())
        event.emit(Order())
        event.emit(Order(payment: "cash"))
        #expect(
            page.text(.text) == """
                # HELP orders_total Orders completed.
                # TYPE orders_total counter
                orders_total{payment="card"} 2
                orders_total{payment="cash"} 1

                """)
        #expect(
            page.text(.openMetrics) == """
                # TYPE orders counter
                # HELP orders Orders completed.
                orders_total{payment="card"} 2
                orders_total{payment="cash"} 1
                # EOF

                """)
        #expect(page.fault == nil)
    }

    @Test func writesSums() throws {
        let page = try Page {
            Sum("amount_seconds", "Amount.", of: event, adding: \.amount)
            Sum("balance_bytes", "Balance.", of: event, adding: \.amount, in: .bytes, isMonotonic: false)
        }
        event.emit(Order(amount: 0.5))
        event.emit(Order(amount: 2))
        #expect(
            page.text(.text) == """
                # HELP amount_seconds_total Amount.
                # TYPE amount_seconds_total counter
                amount_seconds_total 2.5
                # HELP balance_bytes Balance.
                # TYPE balance_bytes gauge
                balance_bytes 2.5

                """)
        event.emit(Order(amount: 0.5))
        #expect(
            page.text(.openMetrics) == """
                # TYPE amount_seconds counter
                # UNIT amount_seconds seconds
                # HELP amount_seconds Amount.
                amount_seconds_total 3
                # TYPE balance_bytes gauge
                # UNIT balance_bytes bytes
                # HELP balance_bytes Balance.
                balance_bytes 3
                # EOF

                """)
        #expect(page.fault == nil)
    }

    @Test(arguments: [
        (0.0, "0"), (-2.5, "-2.5"), (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (1e21, "1e+21"),
    ])
    func writesGauges(_ value: Double, _ text: String) throws {
        let event = Event<Order>(Page.freshID())
        let page = try Page { Gauge("amount", "Amount.", of: event, observing: \.amount) }
        event.emit(Order(amount: value))
        #expect(
            page.text(.text) == """
                # HELP amount Amount.
                # TYPE amount gauge
                amount \(text)

                """)
        #expect(
            page.text(.openMetrics) == """
                # TYPE amount gauge
                # HELP amount Amount.
                amount \(text)
                # EOF

                """)
        #expect(page.fault == nil)
    }

    @Test func writesHistograms() throws {
        let page = try Page {
            Histogram(
                "time_seconds", "Time.", of: event, observing: \.elapsed,
                buckets: [0.00001, 0.25, 1, 100_000, 1e6],
                labels: payment)
        }
        event.emit(Order(elapsed: .milliseconds(250)))
        event.emit(Order(elapsed: .milliseconds(1250)))
        event.emit(Order(elapsed: .seconds(2_000_000)))
        let samples = """
            time_seconds_bucket{payment="card",le="1e-05"} 0
            time_seconds_bucket{payment="card",le="0.25"} 1
            time_seconds_bucket{payment="card",le="1.0"} 1
            time_seconds_bucket{payment="card",le="100000.0"} 2
            time_seconds_bucket{payment="card",le="1e+06"} 2
            time_seconds_bucket{payment="card",le="+Inf"} 3
            time_seconds_sum{payment="card"} 2000001.5
            time_seconds_count{payment="card"} 3

            """
        #expect(
            page.text(.text) == """
                # HELP time_seconds Time.
                # TYPE time_seconds histogram
                \(samples)
                """)
        #expect(
            page.text(.openMetrics) == """
                # TYPE time_seconds histogram
                # UNIT time_seconds seconds
                # HELP time_seconds Time.
                \(samples)# EOF

                """)
        #expect(page.fault == nil)
    }

    @Test func writesSummaries() throws {
        let page = try Page {
            Summary("amount", "Amount.", of: event, observing: \.amount, quantiles: [0.5, 1])
        }
        let empty = """
            amount{quantile="0.5"} NaN
            amount{quantile="1.0"} NaN
            amount_sum 0
            amount_count 0

            """
        #expect(page.text(.text) == "# HELP amount Amount.\n# TYPE amount summary\n\(empty)")
        #expect(page.text(.openMetrics) == "# TYPE amount summary\n# HELP amount Amount.\n\(empty)# EOF\n")
        for _ in 0..<3 { event.emit(Order(amount: 0)) }
        event.emit(Order(amount: 4))
        let lines = page.text(.text).split(separator: "\n")
        #expect(lines[2] == #"amount{quantile="0.5"} 0"#)
        #expect(lines[3].hasPrefix(#"amount{quantile="1.0"} 3.9"#))
        #expect(lines[4...] == ["amount_sum 4", "amount_count 4"])
        #expect(page.fault == nil)
    }

    @Test func leavesOutOfOpenMetricsWhatItForbidsOfNegatives() throws {
        let page = try Page {
            Histogram("below", "B.", of: event, observing: \.amount, buckets: [-1, 1])
            Histogram("sum_below", "S.", of: event, observing: \.amount, buckets: [1])
            Summary("values", "V.", of: event, observing: \.amount, quantiles: [0.5, 1])
        }
        for amount in [-3.0, -2, 0] { event.emit(Order(amount: amount)) }
        #expect(
            page.text(.openMetrics) == """
                # TYPE below histogram
                # HELP below B.
                below_bucket{le="-1.0"} 2
                below_bucket{le="1.0"} 3
                below_bucket{le="+Inf"} 3
                # TYPE sum_below histogram
                # HELP sum_below S.
                sum_below_bucket{le="1.0"} 3
                sum_below_bucket{le="+Inf"} 3
                # TYPE values summary
                # HELP values V.
                values{quantile="1.0"} 0
                values_count 3
                # EOF

                """)
        let text = page.text(.text)
        for line in ["below_sum -5", "below_count 3", "sum_below_sum -5", "values_sum -5"] {
            #expect(text.contains("\(line)\n"))
        }
        #expect(page.fault == nil)
    }

    @Test func escapesLabelValuesHelpAndConstantLabels() throws {
        let page = try Page(constantLabels: [("env", "a\"b"), ("zone", "c\\d\ne")]) {
            Counter("a", "Back\\slash, \"quotes\"\nand lines.", of: event, labels: payment)
            Counter("b", "", of: event)
        }
        event.emit(Order(payment: "x\\y\"z\n é"))
        #expect(
            page.text(.text) == #"""
                # HELP a_total Back\\slash, "quotes"\nand lines.
                # TYPE a_total counter
                a_total{env="a\"b",zone="c\\d\ne",payment="x\\y\"z\n é"} 1
                # HELP b_total \#("")
                # TYPE b_total counter
                b_total{env="a\"b",zone="c\\d\ne"} 1

                """#)
        #expect(page.text(.openMetrics).contains(#"# HELP a Back\\slash, \"quotes\"\nand lines."#))
        #expect(page.fault == nil)
    }

    @Test func readsBackTheLabelValuesThatWereEmitted() throws {
        let page = try Page { Counter("a", "A.", of: event, labels: payment) }
        let values = [
            "", "\\", "\\n", "\n", "\"", "a\\\"\nb", "\r\t\u{0}", "é\u{1F600}", "a,b=\"c\"}", "# EOF",
        ]
        for value in values { event.emit(Order(payment: value)) }
        let family = try OpenMetricsParser.parse(Array(page.text(.openMetrics).utf8)).families[0]
        #expect(family.samples.map { $0.label("payment") } == values)
        let other = try TextParser.parse(Array(page.text(.text).utf8)).families[0]
        #expect(other.samples.map { $0.label("payment") } == values)
    }

    @Test func putsTheMetricsInTheOrderOfTheirNamesAndLeavesOutEmptyOnes() throws {
        let page = try Page(prefix: "app_", constantLabels: [("env", "x")]) {
            Counter("c", "C.", of: event)
            Gauge("b", "B.", of: event, observing: \.amount, labels: payment)
            Gauge("a", "A.", reading: { 5 })
        }
        let own = MetricDefinition(.gauge, name: "own_info", help: "Own.", labels: ["v"])
        try page.store.register(own, isInternal: true).handle(labels: ["1"])?.record(1)
        #expect(
            page.text(.text) == """
                # HELP app_a A.
                # TYPE app_a gauge
                app_a{env="x"} 5
                # HELP app_c_total C.
                # TYPE app_c_total counter
                app_c_total{env="x"} 0
                # HELP own_info Own.
                # TYPE own_info gauge
                own_info{v="1"} 1

                """)
    }

    @Test func endsAnEmptyPage() throws {
        let page = try Page {}
        #expect(page.text(.text) == "")
        #expect(page.text(.openMetrics) == "# EOF\n")
        #expect(page.fault == nil)
    }

    @Test func showsTheOverflowSeries() throws {
        let page = try Page(constantLabels: [("env", "x")]) {
            Counter("a", "A.", of: event, labels: payment).seriesLimit(1)
        }
        for value in ["1", "2", "3"] { event.emit(Order(payment: value)) }
        #expect(page.text(.text).hasSuffix("a_total{env=\"x\",heliograph_overflow=\"true\"} 2\n"))
        #expect(page.fault == nil)
    }

    @Test func writesPagesThatAStrictServerReads() throws {
        var random = SeededGenerator(seed: 5)
        let page = try Page(prefix: "p_", constantLabels: [("env", "x")]) {
            Counter("a", "A.", of: event, labels: payment)
            Sum("b", "B.", of: event, adding: \.amount)
            Gauge("c_bytes", "C.", of: event, observing: \.amount, labels: payment)
            Histogram("d_seconds", "D.", of: event, observing: \.elapsed, labels: payment)
            Summary("e", "E.", of: event, observing: \.amount, quantiles: [0, 0.5, 1], labels: payment)
        }
        let alphabet: [Character] = ["a", "\\", "\"", "\n", "é", " ", "{", "}", ",", "="]
        for _ in 0..<500 {
            let text = String(
                (0..<Int.random(in: 0..<12, using: &random)).compactMap { _ in
                    alphabet.randomElement(using: &random)
                })
            let amount = Double(bitPattern: random.next())
            event.emit(
                Order(payment: text, amount: amount, elapsed: .nanoseconds(Int64(random.next() >> 20))))
        }
        #expect(page.fault == nil)
        #expect(try TextParser.parse(Array(page.text(.text).utf8)).families.count == 5)
    }
}
