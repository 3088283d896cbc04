import Arena
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct EventRecordingTests {
    private let event = freshEvent(Order.self)
    private let payment = Label("payment", \Order.payment)

    @Test func countsEventsByLabel() throws {
        let recording = try Recording { Counter("orders", "Orders.", of: event, labels: payment) }
        for _ in 0..<3 { event.emit(Order()) }
        event.emit(Order(payment: .cash))
        #expect(recording.values("orders_total") == [#"payment="card""#: 3, #"payment="cash""#: 1])
    }

    /// Such a text has no length to make room for: it is taken for empty, and harms nobody.
    @Test func countsLabelsThatAreLongerEachTime() throws {
        let times = Atomic(0)
        let growing = Label<Order>.writing("growing") { _, writer in
            let count = times.wrappingAdd(1, ordering: .relaxed).newValue
            if count > 100 { return }
            for _ in 0..<count { writer.append(String(repeating: "long", count: 200)) }
        }
        let recording = try Recording {
            Counter("orders", "Orders.", of: event, labels: growing, payment)
        }
        for _ in 0..<2 { event.emit(Order()) }
        #expect(recording.values("orders_total") == [#"growing="",payment="""#: 2])
        // Now they are empty indeed, and the same series.
        times.store(1000, ordering: .relaxed)
        recording.store.families.first?.add(3, labels: ["", ""])
        #expect(recording.values("orders_total") == [#"growing="",payment="""#: 5])
        event.emit(Order(payment: .cash))
        #expect(recording.values("orders_total")[#"growing="",payment="cash""#] == 1)
    }

    @Test func addsUpWholeAndFractionalMeasurements() throws {
        let recording = try Recording {
            Sum("items_total", "Items.", of: event, adding: \.items)
            Sum("amount_total", "Amount.", of: event, adding: \.amount)
        }
        event.emit(Order(items: 3, amount: 0.5))
        event.emit(Order(items: 4, amount: 1.75))
        #expect(recording.values("items_total") == ["": 7])
        #expect(recording.values("amount_total") == ["": 2.25])
    }

    @Test func keepsHugeMeasurementsFromOverflowing() throws {
        let recording = try Recording { Sum("amount_total", "Amount.", of: event, adding: \.amount) }
        for _ in 0..<5000 { event.emit(Order(amount: 0x1p52)) }
        #expect(recording.values("amount_total") == ["": 5000 * 0x1p52])
    }

    /// More metrics of one label set than one row has room for measurements.
    @Test func recordsIntoMoreMetricsThanARowHolds() throws {
        let names = (0..<40).map { "items_\($0)_total" }
        let recording = try Recording {
            for name in names { Sum(name, "Items.", of: event, adding: \.items, labels: payment) }
        }
        for _ in 0..<3 { event.emit(Order(items: 5)) }
        for name in names { #expect(recording.values(name) == [#"payment="card""#: 15]) }
    }

    @Test func holdsTheLastValueOfAGauge() throws {
        let recording = try Recording { Gauge("amount", "Amount.", of: event, observing: \.amount) }
        #expect(recording.values("amount").isEmpty)
        event.emit(Order(amount: 5))
        event.emit(Order(amount: -2))
        #expect(recording.values("amount") == ["": -2])
    }

    @Test func addsUpNegativesWhereASumIsNotMonotonic() throws {
        let recording = try Recording {
            Sum("amount", "Amount.", of: event, adding: \.amount, isMonotonic: false)
        }
        event.emit(Order(amount: 5))
        event.emit(Order(amount: -7.5))
        #expect(recording.values("amount") == ["": -2.5])
    }

    @Test func showsTotalsWithoutLabelsAtZeroAndOthersNotAtAll() throws {
        let recording = try Recording {
            Counter("orders_total", "Orders.", of: event)
            Counter("by_payment_total", "Orders.", of: event, labels: payment)
            Gauge("amount", "Amount.", of: event, observing: \.amount)
            Histogram("elapsed_seconds", "Elapsed.", of: event, observing: \.elapsed)
        }
        #expect(recording.values("orders_total") == ["": 0])
        #expect(recording.values("by_payment_total").isEmpty)
        #expect(recording.values("amount").isEmpty)
        #expect(recording.series("elapsed_seconds") { $0.histogram($1).sum } == ["": 0])
    }

    @Test func keepsLabelsInTheOrderOfDefinition() throws {
        let items = Label<Order>("items") { $0.items }
        let recording = try Recording {
            Counter("a_total", "A.", of: event, labels: payment, items)
            Counter("b_total", "B.", of: event, labels: items, payment)
        }
        event.emit(Order())
        #expect(recording.values("a_total") == [#"payment="card",items="1""#: 1])
        #expect(recording.values("b_total") == [#"items="1",payment="card""#: 1])
    }

    @Test func escapesLabelValues() throws {
        let note = Label("note", \Order.note)
        let recording = try Recording { Counter("a_total", "A.", of: event, labels: note) }
        event.emit(Order(note: "a\\b\"c\nd é"))
        event.emit(Order(note: ""))
        #expect(recording.values("a_total") == [#"note="a\\b\"c\nd é""#: 1, #"note="""#: 1])
    }

    @Test func keepsSeriesOfLabelValuesOfAllLengths() throws {
        let note = Label("note", \Order.note)
        let recording = try Recording { Counter("a_total", "A.", of: event, labels: note) }
        for length in [0, 500, 505, 506, 512, 5000] {
            event.emit(Order(note: String(repeating: "x", count: length)))
            event.emit(Order(note: String(repeating: "\n", count: length)))
        }
        #expect(recording.values("a_total").count == 11)
        #expect(recording.values("a_total")[#"note="""#] == 2)
    }

    /// What is left out is no value of any kind.
    @Test(arguments: [
        (EventFilter<Order>.all, [1, 2, 4.0]), (.keep { ($0.amount ?? 0) < 3 }, [1, 2]),
        (.drop { ($0.amount ?? 0) < 3 }, [4]),
        (.keep { _ in false }, []), (.drop { _ in false }, [1, 2, 4]),
    ])
    func leavesEventsOutOfMetricsOfEachKind(_ filter: EventFilter<Order>, _ kept: [Double]) throws {
        let event = freshEvent(Order.self)
        let recording = try Recording {
            Counter("c", "C.", of: event, filter: filter)
            Sum("s", "S.", of: event, adding: \.amount, filter: filter)
            Gauge("g", "G.", of: event, observing: \.amount, filter: filter)
            Histogram("h", "H.", of: event, observing: \.amount, buckets: [1, 3], filter: filter)
            Histogram("n", "N.", of: event, observing: \.amount, buckets: .native(), filter: filter)
            Summary("q", "Q.", of: event, observing: \.amount, filter: filter)
        }
        for amount in [1, 2, 4.0] { event.emit(Order(amount: amount)) }
        let (sum, count) = (kept.reduce(0, +), UInt64(kept.count))
        #expect(recording.values("c_total") == ["": Double(count)])
        #expect(recording.values("s_total") == ["": sum])
        #expect(recording.values("g")[""] == kept.last)
        let counts = [kept.count { $0 <= 1 }, kept.count { $0 == 2 }, kept.count { $0 == 4 }].map {
            UInt64($0)
        }
        #expect(recording.series("h") { $0.histogram($1).counts } == ["": counts])
        #expect(recording.series("n") { $0.native($1).count } == ["": count])
        #expect(recording.series("q") { $0.summary($1).sum } == ["": sum])
    }

    @Test func keepsReporterOptionsForOtherTools() {
        let counter = Counter("c", "C.", of: event).reporterOptions(["panel": "stat", "unit": "short"])
            .reporterOptions(["unit": "bytes"])
        #expect(counter.definition.reporterOptions == ["panel": "stat", "unit": "bytes"])
    }

    @Test(arguments: [
        (EventFilter<Order>.all, 3.0), (.keep { $0.note == "a\"" }, 1), (.drop { $0.note == "a\"" }, 2),
    ])
    func asksTheFilterWithTheRawPayload(_ filter: EventFilter<Order>, _ expected: Double) throws {
        let event = freshEvent(Order.self)
        let recording = try Recording { Counter("a_total", "A.", of: event, filter: filter) }
        for note in ["a\"", "b", ""] { event.emit(Order(note: note)) }
        #expect(recording.values("a_total") == ["": expected])
    }

    @Test(arguments: [
        (MetricUnit.milliseconds, "amount_seconds", 1.5), (.seconds, "amount_seconds", 1500),
        (.kilobytes, "amount_bytes", 1_500_000),
    ])
    func convertsToTheBaseUnit(_ unit: MetricUnit, _ name: String, _ expected: Double) throws {
        let event = freshEvent(Order.self)
        let recording = try Recording {
            Gauge("amount", "Amount.", of: event, observing: \.amount, in: unit)
            Sum("sum", "Sum.", of: event, adding: \.amount, in: unit)
            Histogram("h", "H.", of: event, observing: \.amount, in: unit)
            Summary("s", "S.", of: event, observing: \.amount, in: unit)
        }
        event.emit(Order(amount: 1500))
        let suffix = name.dropFirst("amount".count)
        #expect(recording.values(name) == ["": expected])
        #expect(recording.values("sum\(suffix)_total") == ["": expected])
        for kind in ["h", "s"] {
            #expect(recording.store.family(named: "\(kind)\(suffix)") != nil)
        }
    }

    @Test func aDurationIsShownInSecondsWithoutAWord() throws {
        let event = freshEvent(Order.self)
        let recording = try Recording {
            Gauge("elapsed", "Elapsed.", of: event, observing: \.elapsed)
            Gauge("late", "Late.") { Duration.milliseconds(250) }
            Sum("wasted", "Wasted.", of: event, adding: { Optional($0.elapsed) })
        }
        event.emit(Order(elapsed: .milliseconds(250)))
        recording.store.collect()
        for name in ["elapsed_seconds", "late_seconds", "wasted_seconds_total"] {
            #expect(recording.values(name) == ["": 0.25], "\(name)")
        }
    }

    @Test(arguments: [
        (Double?.none, Rejection.missingMeasurement, ["s_total", "h", "g", "u"]),
        (.nan, .notFinite, ["s_total", "h", "u"]), (.infinity, .notFinite, ["s_total", "h", "u"]),
        (-1, .negative, ["s_total"]),
    ])
    func rejectsAndCounts(_ amount: Double?, _ rejection: Rejection, _ rejecting: [String]) throws {
        let event = freshEvent(Order.self)
        let recording = try Recording {
            Sum("s_total", "S.", of: event, adding: \.amount, labels: Label("payment", \.payment))
            Histogram("h", "H.", of: event, observing: \.amount)
            Gauge("g", "G.", of: event, observing: \.amount)
            Summary("u", "U.", of: event, observing: \.amount)
        }
        event.emit(Order(amount: amount))
        for name in ["s_total", "h", "g", "u"] {
            #expect(recording.rejected(name, rejection) == (rejecting.contains(name) ? 1 : 0), "\(name)")
        }
        #expect(recording.values("s_total").isEmpty)
    }

    @Test func sharesOneTableBetweenMetricsOfOneLabelSet() throws {
        let other = Label("payment", \Order.payment)
        let recording = try Recording {
            Counter("a_total", "A.", of: event, labels: payment)
            Sum("b_total", "B.", of: event, adding: \.items, labels: payment)
            Histogram("c", "C.", of: event, observing: \.elapsed, labels: payment)
            Summary("d", "D.", of: event, observing: \.elapsed, labels: payment)
            Counter("e_total", "E.", of: event, labels: other)
            Counter("f_total", "F.", of: event, labels: payment).seriesLimit(5)
            Counter("g_total", "G.", of: event, labels: payment).expiring(after: .seconds(5))
        }
        event.emit(Order())
        event.emit(Order(payment: .cash))
        #expect(recording.store.seriesCount == 8)
        let tables = recording.store.families.map { ObjectIdentifier($0.series) }
        #expect(Set(tables[0..<4]).count == 1)
        #expect(Set(tables).count == 4)
        #expect(recording.values("b_total") == [#"payment="card""#: 1, #"payment="cash""#: 1])
    }

    @Test func splitsGroupsThatARowHasNoRoomFor() throws {
        let counters = (0..<100).map { Counter("c\($0 + 100)_total", "C.", of: event) }
        let buckets = Buckets.linear(start: 0, width: 1, count: 3000)
        let histograms = (0..<3).map {
            Histogram("h\($0)", "H.", of: event, observing: \.amount, buckets: buckets)
        }
        let recording = try Recording {
            for counter in counters { counter }
            for histogram in histograms { histogram }
        }
        event.emit(Order())
        #expect(recording.store.families.filter { recording.values($0.name) == ["": 1] }.count == 100)
        for name in ["h0", "h1", "h2"] {
            #expect(recording.series(name) { $0.histogram($1).counts.reduce(0, +) } == ["": 1])
        }
    }

    @Test func countsExactlyFromEightThreads() throws {
        let recording = try Recording {
            Counter("a_total", "A.", of: event, labels: Label<Order>("items") { $0.items % 10 })
            Sum("b_total", "B.", of: event, adding: \.amount)
        }
        onThreads(8) { [event] thread in
            for number in 0..<5000 { event.emit(Order(items: number, amount: 0.5)) }
        }
        #expect(recording.values("a_total").count == 10)
        #expect(recording.values("a_total").values.allSatisfy { $0 == 4000 })
        #expect(recording.values("b_total") == ["": 20_000])
    }
}
