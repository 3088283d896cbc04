import Arena
import Telemetry
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct InitialZeroTests {
    private let event = freshEvent(Order.self)
    private let items = Label("items", \Order.items)

    @Test func showsASeriesAsZeroUntilAPageThatIsOldEnoughHasShownIt() throws {
        let recording = try Recording {
            Counter("a_total", "A.", of: event, labels: items).initialZero(for: .seconds(10))
        }
        event.emit(Order(items: 1))
        recording.clock.advance(by: .milliseconds(1))
        #expect(recording.shownTotals("a_total") == [#"items="1""#: 0])
        event.emit(Order(items: 1))
        recording.clock.advance(by: .milliseconds(9999))
        #expect(recording.shownTotals("a_total") == [#"items="1""#: 0])
        recording.clock.advance(by: .milliseconds(1))
        #expect(recording.shownTotals("a_total") == [#"items="1""#: 2])
        event.emit(Order(items: 2))
        recording.clock.advance(by: .seconds(5))
        #expect(recording.shownTotals("a_total") == [#"items="1""#: 2, #"items="2""#: 0])
        recording.clock.advance(by: .seconds(10))
        #expect(recording.shownTotals("a_total") == [#"items="1""#: 2, #"items="2""#: 1])
    }

    /// Nobody can say whether the page came before the series.
    @Test func isNewToThePageOfItsOwnMillisecond() throws {
        let recording = try Recording {
            Counter("a_total", "A.", of: event, labels: items).initialZero(for: .seconds(10))
        }
        _ = recording.shownTotals("a_total")
        event.emit(Order())
        recording.clock.advance(by: .seconds(10))
        #expect(recording.shownTotals("a_total") == [#"items="1""#: 0])
        recording.clock.advance(by: .seconds(10))
        #expect(recording.shownTotals("a_total") == [#"items="1""#: 1])
    }

    @Test func beginsWithTheFirstPageAndNotWithTheSeries() throws {
        let recording = try Recording {
            Counter("a_total", "A.", of: event, labels: items).initialZero(for: .seconds(10))
        }
        event.emit(Order())
        recording.clock.advance(by: .seconds(3600))
        #expect(recording.shownTotals("a_total") == [#"items="1""#: 0])
        recording.clock.advance(by: .seconds(10))
        #expect(recording.shownTotals("a_total") == [#"items="1""#: 1])
    }

    /// Of pages that are closer than an eighth of the time to one another, not all are kept.
    @Test func lastsAtMostAnEighthLongerHoweverManyPagesThereAre() throws {
        let recording = try Recording {
            Counter("a_total", "A.", of: event, labels: items).initialZero(for: .seconds(8))
        }
        var pagesWithZero: [Int: Int] = [:]
        for page in 0..<3000 {
            // Each series appears at another place between two pages that are kept.
            if page % 7 == 0, page < 700 { event.emit(Order(items: page)) }
            for (labels, total) in recording.shownTotals("a_total") where total == 0 {
                pagesWithZero[Int(labels.filter(\.isNumber)) ?? -1, default: 0] += 1
            }
            recording.clock.advance(by: .milliseconds(10))
        }
        #expect(pagesWithZero.count == 100)
        #expect(pagesWithZero.values.allSatisfy { 800...900 ~= $0 })
    }

    @Test func showsAllThatAddsUpAsZeroAndNoExemplars() throws {
        let recording = try Recording {
            Counter("a_total", "A.", of: event).initialZero(for: .seconds(1))
            Sum("b_total", "B.", of: event, adding: \.items).initialZero(for: .seconds(1))
            Histogram("c", "C.", of: event, observing: \.items, buckets: [1, 10]).initialZero(
                for: .seconds(1))
            Histogram("d", "D.", of: event, observing: \.items, buckets: .native())
                .initialZero(for: .seconds(1))
            Summary("e", "E.", of: event, observing: \.items, quantiles: [0.5]).initialZero(for: .seconds(1))
        }
        let trace = try #require(TraceContext(traceID: TraceID(high: 1, low: 2), spanID: 3))
        TraceContext.withCurrent(trace) { event.emit(Order(items: 5)) }
        recording.clock.advance(by: .milliseconds(1))
        func totals() -> [Double] {
            recording.shown("a_total") { $0.total($1).value }
                + recording.shown("b_total") { $0.total($1).value }
        }
        func exemplars() -> [Int] {
            ["c", "d"].flatMap { recording.shown($0) { $0.exemplars($1).count { $0 != nil } } }
        }
        #expect(totals() == [0, 0])
        #expect(recording.shown("c") { $0.histogram($1) } == [HistogramReading(counts: [0, 0, 0], sum: 0)])
        let empty = recording.shown("d") { $0.native($1) }
        #expect(empty.map(\.count) == [0])
        #expect(empty.map(\.schema) == [3])
        #expect(exemplars() == [0, 0])
        let summary = recording.shown("e") { $0.summary($1) }
        #expect(summary.map(\.count) == [0])
        #expect(summary.map(\.sum) == [0])
        #expect(4.9...5.1 ~= summary[0].quantiles?[0] ?? 0)
        recording.clock.advance(by: .seconds(1))
        #expect(totals() == [1, 5])
        #expect(recording.shown("c") { $0.histogram($1) } == [HistogramReading(counts: [0, 1, 0], sum: 5)])
        #expect(recording.shown("d") { $0.native($1).count } == [1])
        #expect(exemplars() == [1, 1])
        #expect(recording.shown("e") { $0.summary($1).sum } == [5])
    }

    /// The second metric of the event appears later than the first one, as the first event has no amount.
    @Test func isOfEachMetricOfAnEventByItself() throws {
        let recording = try Recording {
            Counter("a_total", "A.", of: event, labels: items).initialZero(for: .seconds(1))
            Sum("b_total", "B.", of: event, adding: \.amount, labels: items).initialZero(for: .seconds(1))
        }
        event.emit(Order(amount: nil))
        for _ in 0..<3 {
            #expect(recording.shownTotals("b_total") == [:])
            recording.clock.advance(by: .seconds(1))
        }
        event.emit(Order(amount: 7))
        recording.clock.advance(by: .milliseconds(1))
        #expect(recording.shownTotals("b_total") == [#"items="1""#: 0])
        recording.clock.advance(by: .seconds(1))
        #expect(recording.shownTotals("b_total") == [#"items="1""#: 7])
    }

    @Test func isThatOfTheStoreWhereADefinitionSaysNothing() throws {
        let store = try MetricStore(
            initialZero: .seconds(1), clock: CoarseClock(fixedAt: 1_700_000_000_000))
        var never = MetricDefinition(.counter, name: "never_total", help: "N.", labels: ["l"])
        never.initialZero = .zero
        let standard = MetricDefinition(.counter, name: "standard_total", help: "S.", labels: ["l"])
        let own = MetricDefinition(.counter, name: "own_total", help: "O.", labels: ["l"])
        let gauge = MetricDefinition(.gauge, name: "gauge", help: "G.")
        for (definition, isInternal) in [(never, false), (standard, false), (own, true), (gauge, false)] {
            let family = try store.register(definition, isInternal: isInternal)
            if definition.kind == .counter { family.add(3, labels: ["x"]) }
        }
        let names = store.families.filter { $0.initialZero != nil }.map(\.name)
        #expect(names == ["standard_total"])
        #expect(store.shownTotals("never_total") == [#"l="x""#: 3])
        #expect(store.shownTotals("own_total") == [#"l="x""#: 3])
        #expect(store.shownTotals("standard_total") == [#"l="x""#: 0])
    }

    @Test func isNotForTotalsThatExistElsewhere() throws {
        let store = try MetricStore(
            initialZero: .seconds(1), clock: CoarseClock(fixedAt: 1_700_000_000_000))
        try MetricSet { Counter("c", "C.", reading: { 1_000_000 }) }.register(in: store, id: freshID())
        store.collect()
        #expect(store.shownTotals("c_total") == ["": 1_000_000])
    }

    @Test func keepsASeriesUntilItsValueCouldBeShown() throws {
        let recording = try Recording {
            Counter("a_total", "A.", of: event, labels: items).expiring(after: .seconds(1))
                .initialZero(for: .seconds(10))
        }
        event.emit(Order())
        recording.clock.advance(by: .milliseconds(1))
        recording.store.sweep()
        #expect(recording.shownTotals("a_total") == [#"items="1""#: 0])
        recording.clock.advance(by: .milliseconds(10_999))
        recording.store.sweep()
        #expect(recording.shownTotals("a_total") == [#"items="1""#: 1])
        recording.clock.advance(by: .milliseconds(1))
        recording.store.sweep()
        #expect(recording.shownTotals("a_total") == [:])
    }

    @Test func comesAndChangesWithoutHidingWhatWasShown() throws {
        let clock = CoarseClock(fixedAt: 1_700_000_000_000)
        let store = try MetricStore(clock: clock)
        var definition = MetricDefinition(.counter, name: "a_total", help: "A.", labels: ["l"])
        var families = try store.replace([], with: [[definition]], owner: .events)
        func change(to seconds: Int?) throws {
            definition.initialZero = seconds.map { .seconds($0) }
            families = try store.replace(families.flatMap(\.self), with: [[definition]], owner: .events)
        }
        families[0][0].add(1, labels: ["old"])
        _ = store.shownTotals("a_total")
        clock.advance(by: .milliseconds(1))
        try change(to: 10)
        families[0][0].add(1, labels: ["new"])
        clock.advance(by: .milliseconds(1))
        #expect(store.shownTotals("a_total") == [#"l="old""#: 1, #"l="new""#: 0])
        clock.advance(by: .seconds(15))
        try change(to: 20)
        #expect(store.shownTotals("a_total") == [#"l="old""#: 1, #"l="new""#: 0])
        clock.advance(by: .seconds(5))
        #expect(store.shownTotals("a_total") == [#"l="old""#: 1, #"l="new""#: 1])
        families[0][0].add(1, labels: ["newest"])
        #expect(store.shownTotals("a_total")[#"l="newest""#] == 0)
        try change(to: nil)
        #expect(store.shownTotals("a_total")[#"l="newest""#] == 1)
    }

    @Test(arguments: [
        (MetricKind.counter, Duration.seconds(-1), true), (.counter, .zero, false),
        (.gauge, .seconds(1), true),
        (.gauge, .zero, false), (.summary, .seconds(1), false), (.histogram, .seconds(1), false),
    ])
    func isNeitherNegativeNorOfAGauge(_ kind: MetricKind, _ duration: Duration, _ isWrong: Bool) {
        var definition = MetricDefinition(kind, name: "a", help: "A.")
        definition.initialZero = duration
        let problems = definition.problems(
            exposedName: definition.exposedName, constantLabels: [], names: .legacy)
        #expect(problems == (isWrong ? [.badInitialZero(duration)] : []))
    }
}

extension MetricStore {
    /// What `read` makes of each series of the metric as a page shows it, in the page's order.
    fileprivate func shown<Value>(_ name: String, _ read: (Family, ShownSeries) -> Value) -> [Value] {
        guard let family = families.first(where: { $0.name == name }) else { return [] }
        var values: [Value] = []
        var scan = SeriesScan(family)
        _ = scan.resume(in: family) { _, shown in
            values.append(read(family, shown))
            return true
        }
        return values
    }

    /// The totals of a counter as a page shows them, by label text.
    fileprivate func shownTotals(_ name: String) -> [String: Double] {
        guard let family = families.first(where: { $0.name == name }) else { return [:] }
        var totals: [String: Double] = [:]
        var scan = SeriesScan(family)
        _ = scan.resume(in: family) { labels, shown in
            totals[String(labels)] = family.total(shown).value
            return true
        }
        return totals
    }
}

extension Recording {
    fileprivate func shown<Value>(_ name: String, _ read: (Family, ShownSeries) -> Value) -> [Value] {
        store.shown(name, read)
    }

    fileprivate func shownTotals(_ name: String) -> [String: Double] { store.shownTotals(name) }
}
