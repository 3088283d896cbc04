import Arena
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct SamplesLimitTests {
    private static let overflow = #"heliograph_overflow="true""#
    private let clock = CoarseClock(fixedAt: 1_700_000_000_000)

    private func store(samples: Int = .max) throws -> MetricStore {
        try MetricStore(limits: StoreLimits(samples: samples), clock: clock)
    }

    private func definition(
        _ kind: MetricKind, _ name: String = "m", _ change: (inout MetricDefinition) -> Void = { _ in }
    ) -> MetricDefinition {
        var definition = MetricDefinition(kind, name: name, help: "M.", labels: ["l"])
        change(&definition)
        return definition
    }

    @Test(arguments: [
        (MetricKind.counter, 1), (.sum, 1), (.gauge, 1), (.summary, 5), (.histogram, 14),
    ])
    func aSeriesCountsTheSamplesThatItShows(kind: MetricKind, samples: Int) throws {
        let store = try store()
        let family = try store.register(definition(kind))
        for number in 0..<7 { family.record(1, at: ["\(number)"]) }
        #expect(store.budget.samples == 7 * samples)
    }

    @Test(arguments: [(0, 1), (122, 1), (123, 2), (1000, 8)])
    func aSeriesWithLongLabelsCountsAsSeveral(length: Int, times: Int) throws {
        // The text has l="" around the value.
        let store = try store()
        let family = try store.register(definition(.histogram) { $0.expiry = .seconds(1) })
        family.record(1, at: [String(repeating: "x", count: length + 1)])
        #expect(store.budget.samples == 14 * times)
        store.sweep()
        clock.advance(by: .seconds(1))
        store.sweep()
        #expect(store.budget.samples == 0)
    }

    @Test func aNativeHistogramCountsThree() throws {
        let store = try store()
        try store.register(definition(.histogram) { $0.buckets = .native() }).record(1, at: ["a"])
        #expect(store.budget.samples == 3)
    }

    @Test func countsWhatIsPastItInTheOverflowSeries() throws {
        let store = try store(samples: 29)
        let family = try store.register(definition(.histogram))
        for number in 0..<10 { family.record(1, at: ["\(number)"]) }
        let counts = family.all { family.histogram($0).counts.reduce(0, +) }
        #expect(counts == [#"l="0""#: 1, #"l="1""#: 1, Self.overflow: 8])
        #expect(store.overflowed == 8)
        #expect(store.budget.refusals(by: .samples) == 8)
        #expect(store.budget.refusals(by: .memory) == 0)
        // With the overflow series, which is beyond the limit.
        #expect(store.budget.samples == 42)
        #expect(store.limitReached(by: definition(.sum, "s"), owner: .statsd) == .samples)
    }

    @Test func takesNewSeriesOnceOthersExpired() throws {
        let store = try store(samples: 10)
        let family = try store.register(definition(.summary) { $0.expiry = .seconds(1) })
        for round in 0..<3 {
            for number in 0..<2 { family.record(1, at: ["\(round) \(number)"]) }
            #expect(store.budget.samples == 10)
            store.sweep()
            clock.advance(by: .seconds(1))
            #expect(store.sweep() == 2)
            #expect(store.budget.samples == 0)
        }
        #expect(store.overflowed == 0)
    }

    @Test func givesBackWhatIsRemoved() throws {
        let store = try store()
        let family = try store.register(definition(.summary))
        for number in 0..<3 { family.record(1, at: ["\(number)"]) }
        #expect(family.remove(labels: ["1"]))
        #expect(store.budget.samples == 10)
        let held = try #require(family.hold(at: #"l="9""#))
        #expect(store.budget.samples == 15)
        held.end()
        held.release(wasEnded: true)
        #expect(store.budget.samples == 10)
        store.remove([family])
        #expect(store.budget.samples == 0)
        // It is on no page any more.
        family.record(1, at: ["7"])
        #expect(store.budget.samples == 0)
    }

    @Test func countsAllMetricsThatShareATable() throws {
        let store = try store()
        let families = try store.register(group: [definition(.sum, "a"), definition(.summary, "b")])
        families[0].record(1, at: ["x"])
        families[1].record(1, at: ["y"])
        #expect(store.budget.samples == 12)
        store.remove([families[1]])
        #expect(store.budget.samples == 2)
        families[0].record(1, at: ["z"])
        #expect(store.budget.samples == 3)
        store.remove([families[0]])
        #expect(store.budget.samples == 0)
    }

    @Test func countsOnceWhatAReplacementKeeps() throws {
        let store = try store()
        var known = definition(.summary)
        let family = try store.replace([], with: [[known]], owner: .events)[0][0]
        family.record(1, at: ["x"])
        known.help = "Another."
        let redefined = try store.replace([family], with: [[known]], owner: .events)[0][0]
        #expect(store.budget.samples == 5)
        #expect(throws: DefinitionErrors.self) {
            try store.replace([redefined], with: [[definition(.sum, "1")]], owner: .events)
        }
        #expect(store.budget.samples == 5)
        _ = try store.replace([redefined], with: [], owner: .events)
        #expect(store.budget.samples == 0)
    }

    @Test func doesNotTouchTheExportersOwn() throws {
        let store = try store(samples: 2)
        let own = try store.register(definition(.sum, "heliograph_x"), isInternal: true)
        for number in 0..<10 { own.record(1, at: ["\(number)"]) }
        #expect(store.values("heliograph_x_total").count == 10)
        #expect(store.budget.samples == 10)
        #expect(own.series.overflowed == 0)
    }

    @Test func threadsTogetherNeverPassIt() throws {
        let store = try store(samples: 1000)
        let families = try (0..<4).map { try store.register(definition(.summary, "m\($0)")) }
        onThreadsTogether(4) { thread in
            for number in 0..<500 {
                // Each series by two threads, in two metrics.
                for family in [families[thread], families[thread ^ 1]] { family.record(1, at: ["\(number)"]) }
            }
        }
        let counts = families.map { family in family.all { family.summary($0).count } }
        let overflows = counts.count { $0[Self.overflow] != nil }
        #expect(counts.joined().reduce(0) { $0 + $1.value } == 4000)
        let rows = counts.reduce(0) { $0 + $1.count }
        // What a thread has reserved may refuse another thread's last series.
        #expect(196...200 ~= rows - overflows)
        #expect(store.budget.samples == 5 * rows)
    }
}
