import PrometheusFormat
import Telemetry
import TelemetryMetrics
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ProtobufFamilyWriterTests {
    private let event = Event<Order>(Page.freshID())
    private let payment = Label("payment", \Order.payment)
    /// The clock of `Page` stands still.
    private let created = "created{s:1700000000 ns:0}"

    @Test func writesCounters() throws {
        let page = try Page { Counter("orders", "Orders \"completed\".\n", of: event, labels: payment) }
        event.emit(Order())
        event.emit(Order())
        event.emit(Order(payment: "cash"))
        #expect(
            try page.messages() == [
                #"name:"orders_total" help:"Orders \"completed\".\n" type:0 "#
                    + #"metric{label{name:"payment" value:"card"} counter{value:2.0 \#(created)}} "#
                    + #"metric{label{name:"payment" value:"cash"} counter{value:1.0 \#(created)}}"#
            ])
    }

    @Test func writesSumsAsCountersOrGaugesWithTheirUnits() throws {
        let page = try Page {
            Sum("amount_seconds", "Amount.", of: event, adding: \.amount)
            Sum("balance_bytes", "", of: event, adding: \.amount, in: .bytes, isMonotonic: false)
        }
        event.emit(Order(amount: 0.5))
        event.emit(Order(amount: 2))
        #expect(
            try page.messages() == [
                #"name:"amount_seconds_total" help:"Amount." type:0 unit:"seconds" "#
                    + #"metric{counter{value:2.5 \#(created)}}"#,
                #"name:"balance_bytes" help:"" type:1 unit:"bytes" metric{gauge{value:2.5}}"#,
            ])
    }

    @Test(arguments: [0, -2.5, .nan, .infinity, -.infinity, 1e21])
    func writesGauges(_ value: Double) throws {
        let event = Event<Order>(Page.freshID())
        let page = try Page { Gauge("amount", "Amount.", of: event, observing: \.amount) }
        event.emit(Order(amount: value))
        #expect(
            try page.messages() == [#"name:"amount" help:"Amount." type:1 metric{gauge{value:\#(value)}}"#])
    }

    @Test func writesSummaries() throws {
        let page = try Page {
            Summary("amount", "Amount.", of: event, observing: \.amount, quantiles: [0.5, 1])
        }
        let head = #"name:"amount" help:"Amount." type:2 "#
        #expect(
            try page.messages() == [
                head + "metric{summary{count:0 sum:0.0 quantile{quantile:0.5 value:nan} "
                    + "quantile{quantile:1.0 value:nan} \(created)}}"
            ])
        for _ in 0..<3 { event.emit(Order(amount: 0)) }
        #expect(
            try page.messages() == [
                head + "metric{summary{count:3 sum:0.0 quantile{quantile:0.5 value:0.0} "
                    + "quantile{quantile:1.0 value:0.0} \(created)}}"
            ])
    }

    @Test func writesHistogramsWithoutTheBucketOfInfinity() throws {
        let page = try Page {
            Histogram(
                "time_seconds", "Time.", of: event, observing: \.elapsed, buckets: [0.25, 1], labels: payment)
        }
        for milliseconds in [250, 900, 5000] { event.emit(Order(elapsed: .milliseconds(milliseconds))) }
        #expect(
            try page.messages() == [
                #"name:"time_seconds" help:"Time." type:4 unit:"seconds" metric{label{name:"payment" value:"card"} "#
                    + "histogram{count:3 sum:6.15 bucket{count:1 bound:0.25} bucket{count:2 bound:1.0} "
                    + "\(created)}}"
            ])
    }

    /// Prometheus reads messages of one name as one metric.
    @Test func writesManySeriesInSeveralMessages() throws {
        let page = try Page { Counter("orders", "Orders.", of: event, labels: payment) }
        for number in 0..<9000 { event.emit(Order(payment: "p\(number)")) }
        let messages = try page.messages()
        #expect(messages.count == 2)
        let head = #"name:"orders_total" help:"Orders." type:0 metric{label{name:"payment" "#
        #expect(messages.allSatisfy { $0.hasPrefix(head) })
        // Only the value of a label begins so.
        let parts = messages.joined().split(separator: #"value:"p"#).dropFirst()
        #expect(parts.map { $0.prefix { $0 != "\"" } } == (0..<9000).map { "\($0)" })
    }

    @Test func putsConstantLabelsOnAllButItsOwnMetrics() throws {
        let page = try Page(prefix: "app_", constantLabels: [("env", "a\"b"), ("zone", "c\\d\ne")]) {
            Counter("c", "C.", of: event, labels: payment)
            Gauge("a", "A.", reading: { 5 })
            Gauge("never", "Without a value.", of: Event<Order>(Page.freshID()), observing: \.amount)
        }
        let own = MetricDefinition(.gauge, name: "own_info", help: "Own.", labels: ["v"])
        try page.store.register(own, isInternal: true).handle(labels: ["1"])?.record(1)
        event.emit(Order(payment: "x\\y\"z\n é"))
        let constant = #"label{name:"env" value:"a\"b"} label{name:"zone" value:"c\\d\ne"}"#
        #expect(
            try page.messages() == [
                #"name:"app_a" help:"A." type:1 metric{\#(constant) gauge{value:5.0}}"#,
                #"name:"app_c_total" help:"C." type:0 metric{\#(constant) "#
                    + #"label{name:"payment" value:"x\\y\"z\n é"} counter{value:1.0 \#(created)}}"#,
                #"name:"own_info" help:"Own." type:1 metric{label{name:"v" value:"1"} gauge{value:1.0}}"#,
            ])
    }

    @Test func writesNothingForAnEmptyStore() throws {
        #expect(try Page {}.messages().isEmpty)
    }
}

extension Page {
    /// The messages of the protobuf page in words.
    fileprivate func messages() throws -> [String] {
        try WireReader.page(PageRenderer(store, format: .protobuf).bytes())
    }
}
