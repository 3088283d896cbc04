import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct SeveralEventsTests {
    private let order = freshEvent(Order.self)
    private let refund = freshEvent(Int.self)
    private let payment = Label("payment", \Order.payment)
    private let cash = Label("payment") { (_: Int) in "cash" }

    @Test func oneMetricTakesValuesFromEach() throws {
        let recording = try Recording {
            Counter("moves", "M.", of: order, labels: payment).also(of: refund, labels: cash)
            Sum("items", "I.", of: order, adding: \.items, labels: payment)
                .also(of: refund, adding: { $0 }, labels: cash)
            Gauge("last", "L.", of: order, observing: \.items).also(of: refund, observing: { $0 })
            Histogram("sizes", "S.", of: order, observing: \.items, buckets: [5])
                .also(of: refund, observing: { $0 }, filter: .drop { $0 > 100 })
            Summary("ranks", "R.", of: order, observing: \.items).also(of: refund, observing: { $0 })
        }
        order.emit(Order(payment: .card, items: 3))
        refund.emit(7)
        refund.emit(200)
        let card = #"payment="card""#
        let paid = #"payment="cash""#
        #expect(recording.values("moves_total") == [card: 1, paid: 2])
        #expect(recording.values("items_total") == [card: 3, paid: 207])
        #expect(recording.values("last") == ["": 200])
        #expect(recording.series("sizes") { $0.histogram($1).counts } == ["": [1, 1]])
        #expect(recording.series("ranks") { $0.summary($1).count } == ["": 3])
    }

    @Test func metricsOfTheSameEventsShareTheirRows() throws {
        let recording = try Recording {
            Counter("moves", "M.", of: order, labels: payment).also(of: refund, labels: cash)
            Sum("items", "I.", of: order, adding: \.items, labels: payment)
                .also(of: refund, adding: { $0 }, labels: cash)
            Counter("orders", "O.", of: order, labels: payment)
        }
        let tables = ["moves_total", "items_total", "orders_total"].map {
            recording.store.family(named: $0)?.series
        }
        #expect(tables[0] === tables[1])
        #expect(tables[0] !== tables[2])
    }

    @Test func eachNeedsTheSameLabelsAndUnit() throws {
        let other = Label("kind") { (_: Int) in "cash" }
        let inert = Event<Int>("..")
        let metrics = MetricSet {
            Counter("a_total", "A.", of: order, labels: payment).also(of: refund, labels: other)
            Counter("b_total", "B.", of: order, labels: payment).also(of: refund)
            Sum("c_total", "C.", of: order, adding: \.elapsed).also(of: refund, adding: { $0 })
            Counter("d_total", "D.", of: order).also(of: inert)
            Gauge("e", "E.") { 1 }.also(of: refund, observing: { $0 }, labels: cash)
        }
        let problems: [(String, DefinitionError.Problem)] = [
            ("a_total", .labelsOfSource(["kind"])), ("b_total", .labelsOfSource([])),
            ("c_total", .unitOfSource), ("d_total", .inertEvent),
            ("e", .functionAndEvents), ("e", .labelsOfSource(["payment"])),
        ]
        let expected = problems.map { DefinitionError(metric: $0.0, problem: $0.1) }
        let store = try MetricStore()
        #expect(throws: DefinitionErrors(errors: expected)) { try metrics.register(in: store, id: freshID()) }
        #expect(!order.isObserved)
        #expect(!refund.isObserved)
    }

    @Test func aMeasurementThatThrowsForOneEventGoesOnForTheOther() throws {
        struct Failure: Error {}
        let recording = try Recording {
            Sum("items", "I.", of: order, adding: \.items)
                .also(of: refund, adding: { (_: Int) throws -> Int in throw Failure() })
        }
        refund.emit(1)
        order.emit(Order(items: 4))
        #expect(recording.values("items_total") == ["": 4])
        #expect(recording.rejected("items_total", .failed) == 1)
    }

    @Test func spansHaveRateErrorsAndDuration() throws {
        struct Failure: Error {}
        let span = SpanEvents<Order, Order>(freshID())
        let recording = try Recording {
            SpanMetrics("checkout", "Checkouts.", of: span, buckets: [60], labels: payment)
        }
        for _ in 0..<2 { span.span(Order(payment: .card)) {} }
        #expect(throws: Failure.self) {
            try span.span(Order(payment: .cash)) { () throws(Failure) in throw Failure() }
        }
        #expect(throws: CancellationError.self) {
            try span.span(Order(payment: .cash)) { throw CancellationError() }
        }
        #expect(
            recording.series("checkout_duration_seconds") { $0.histogram($1).counts } == [
                #"payment="card",outcome="ok""#: [2, 0], #"payment="cash",outcome="error""#: [1, 0],
                #"payment="cash",outcome="cancelled""#: [1, 0],
            ])
    }

    @Test func spansNeedNoLabels() throws {
        let span = SpanEvents<Order, Order>(freshID())
        let recording = try Recording { SpanMetrics("bare", "Bare.", of: span, buckets: [60]) }
        span.span(Order()) {}
        #expect(
            recording.series("bare_duration_seconds") { $0.histogram($1).counts } == [
                #"outcome="ok""#: [1, 0]
            ])
    }

    @Test func spansThatEndWithSomethingElseHaveLabelsOfBoth() throws {
        struct Failure: Error {}
        let span = SpanEvents<Order, Int>(freshID())
        let recording = try Recording {
            SpanMetrics(
                "query", "Queries.", of: span, buckets: [60], labels: [cash], failureLabels: [payment])
        }
        span.span(Order()) { ((), 5) }
        #expect(throws: Failure.self) {
            try span.span(Order(payment: .card)) { () throws(Failure) -> (Void, Int) in throw Failure() }
        }
        #expect(
            recording.series("query_duration_seconds") { $0.histogram($1).counts } == [
                #"payment="cash",outcome="ok""#: [1, 0], #"payment="card",outcome="error""#: [1, 0],
            ])
    }
}
