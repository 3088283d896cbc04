import Arena
import Bytes
import Telemetry
import Testing

@testable import TelemetryMetrics

/// How series go on: as they were, with their age.
@Suite(.timeLimit(.minutes(5)))
struct InheritingTests {
    private func counter(_ name: String, labels: [String] = ["l"], expiry: Duration? = nil)
        -> MetricDefinition
    {
        var definition = MetricDefinition(.counter, name: name, help: "", labels: labels)
        definition.expiry = expiry
        return definition
    }

    @Test func metricsThatShareTheirRowsAreReadOnce() throws {
        let stores = try Successors()
        let group = [
            counter("a"), MetricDefinition(.histogram, name: "b", help: "", labels: ["l"]),
            MetricDefinition(.sum, name: "c", help: "", labels: ["l"]),
        ]
        let families = try stores.store.register(group: group)
        for number in 0..<100 {
            for family in families where number % 3 > 0 || family.name != "b" {
                family.note(Double(number) / 4, ["\(number)"])
            }
        }
        let shown = stores.store.shown
        try stores.succeed()
        let second = try stores.store.register(group: group)
        #expect(stores.store.shown == shown)
        #expect(second[0].series.table.count == 100)
        #expect(stores.store.adoption.families == 3)
        #expect(stores.store.adoption.series == 266)
        #expect(stores.store.adoption.broken == 0)
    }

    @Test func metricsThatShareRowsOnlyNowDoSoWithWhatTheyHad() throws {
        let stores = try Successors()
        for name in ["a", "b"] {
            let family = try stores.store.register(counter(name))
            for number in 0..<10 where name == "a" || number % 2 == 0 { family.note(2, ["\(number)"]) }
        }
        let shown = stores.store.shown
        try stores.succeed()
        let families = try stores.store.register(group: [counter("a"), counter("b")])
        #expect(stores.store.shown == shown)
        #expect(families[0].series === families[1].series)
        #expect(families[0].series.table.count == 10)
    }

    @Test func timeWithoutUpdatesGoesOn() throws {
        let stores = try Successors()
        let definition = counter("a", expiry: .seconds(10))
        var family = try stores.store.register(definition)
        family.note(1, ["idle"])
        stores.store.sweep()
        stores.clock.advance(by: .seconds(6))
        family.note(1, ["live"])
        try stores.succeed()
        family = try stores.store.register(definition)
        stores.store.sweep()
        #expect(family.shown.count == 2)
        stores.clock.advance(by: .seconds(4))
        stores.store.sweep()
        #expect(Array(family.shown.keys) == [#"l="live""#])
        stores.clock.advance(by: .seconds(6))
        stores.store.sweep()
        #expect(family.shown == [:])
    }

    @Test func whatWasShownIsNotNewWithAnInitialZero() throws {
        let stores = try Successors()
        try stores.store.register(counter("a")).note(1, ["old"])
        stores.clock.advance(by: .seconds(1))
        try stores.succeed(initialZero: .seconds(30))
        var family = try stores.store.register(counter("a"))
        stores.clock.advance(by: .seconds(1))
        family.note(1, ["new"])
        stores.clock.advance(by: .seconds(1))
        func zeros() -> Set<String> {
            var zeros: Set<String> = []
            var scan = SeriesScan(family)
            _ = scan.resume(in: family) { text, series in
                if family.total(series).value == 0 { zeros.insert(text.text(in: 0..<text.byteCount)) }
                return true
            }
            return zeros
        }
        #expect(zeros() == [#"l="new""#])
        // It was not shown long enough, for whoever follows.
        try stores.succeed(initialZero: .seconds(30))
        family = try stores.store.register(counter("a"))
        #expect(zeros() == [#"l="new""#])
        stores.clock.advance(by: .seconds(31))
        #expect(zeros() == [])
        try stores.succeed(initialZero: .seconds(30))
        family = try stores.store.register(counter("a"))
        #expect(zeros() == [])
    }

    @Test func whatIsTakenOutOfTheStoreIsGone() throws {
        let stores = try Successors()
        let family = try stores.store.register(counter("a"))
        family.note(1, ["x"])
        stores.store.remove([family])
        try withExtendedLifetime(family) { try stores.succeed() }
        #expect(try stores.store.register(counter("a")).shown == [:])
    }

    @Test func whatIsForsakenBeginsAnew() throws {
        let stores = try Successors()
        try stores.store.register(counter("a")).note(1, ["x"])
        stores.store.arena.forsake()
        try stores.succeed()
        #expect(try stores.store.register(counter("a")).shown == [:])
        #expect(stores.store.adoption.isForsaken)
        #expect(stores.store.adoption.series == 0)
    }

    @Test(
        arguments: [
            ("", [], true), (#"a="x""#, ["x"], true), (#"a="""#, [""], true),
            (#"a="\"\\\n""#, ["\"\\\n"], true),
            (#"b="x""#, nil, true), (#"a="x"#, nil, false), (#"a="x","#, nil, false), (#"a="x\"#, nil, false),
            (#"a="x"b="y""#, nil, false), (#"1="x""#, nil, false), ("a=x", nil, false),
            ("a=\"\n\"", nil, false),
            (#"a="x",a="y""#, nil, true), (#"a="x" "#, nil, false),
        ] as [(String, [String]?, Bool)])
    func labelsAreReadAsTheyWereWritten(text: String, values: [String]?, isValid: Bool) {
        let bytes = Array(text.utf8)
        bytes.withBytes(in: bytes.indices) { bytes in
            #expect(RenderedLabels.values(in: bytes, of: text.isEmpty ? [] : ["a"]) == values)
            #expect(RenderedLabels.isValid(bytes, .legacy) == isValid)
        }
    }
}
