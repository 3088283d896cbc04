import Telemetry
import Testing

@testable import TelemetryMetrics

/// Metrics that a process had and nobody has defined in the one that follows.
@Suite(.timeLimit(.minutes(5)))
struct UndefinedMetricsTests {
    private let stores: Successors
    private let shown: [String: [String: Double]]

    /// Two metrics that share their rows, and one alone; nobody has defined them yet.
    init() throws {
        stores = try Successors()
        for family in try stores.store.register(group: [Self.a, Self.b]) { family.note(2, ["x"]) }
        try stores.store.register(Self.c).note(0.25)
        shown = stores.store.shown
        try stores.succeed()
        stores.store.inheritRest()
    }

    private static let a = MetricDefinition(.counter, name: "a", help: "A.", labels: ["l"])
    private static let b = MetricDefinition(.histogram, name: "b", help: "B.", labels: ["l"])
    private static let c = MetricDefinition(.counter, name: "c", help: "C.")

    @Test func areShownAsTheyWere() {
        #expect(stores.store.shown == shown)
        #expect(stores.store.adoption.undefined == 3)
    }

    @Test func goOnOnceTheyAreDefined() throws {
        let families = try stores.store.register(group: [Self.a, Self.b])
        #expect(stores.store.shown == shown)
        families[0].note(1, ["x"])
        #expect(families[0].shown == [#"l="x""#: 3])
        var definition = Self.c
        definition.help = "Another."
        definition.expiry = .seconds(5)
        let family = try stores.store.register(definition)
        #expect(family.definition == definition)
        #expect(family.shown == ["": 0.25])
        #expect(family.series.lifetime == 5000)
        #expect(stores.store.takeChanges().names == [])
    }

    @Test func shareTheirRowsWhereTheyDoNow() throws {
        for (name, value) in [("d", 3.0), ("e", 4)] {
            try stores.store.register(MetricDefinition(.counter, name: name, help: "")).note(value)
        }
        let expected = stores.store.shown
        try stores.succeed()
        stores.store.inheritRest()
        let group = ["e", "d"].map { MetricDefinition(.counter, name: $0, help: "") }
        let families = try stores.store.register(group: group)
        #expect(families[0].series === families[1].series)
        #expect(stores.store.shown == expected)
    }

    @Test func goOnInAProcessAfterThat() throws {
        try stores.succeed()
        #expect(try stores.store.register(Self.c).shown == ["": 0.25])
        try stores.succeed()
        stores.store.inheritRest()
        #expect(stores.store.shown == ["c_total": ["": 0.25]])
    }

    @Test(arguments: [
        MetricDefinition(.gauge, name: "a", help: ""),
        MetricDefinition(.counter, name: "a", help: "", labels: ["m"]),
        MetricDefinition(.sum, name: "a", help: "", labels: ["l"]),
        MetricDefinition(.histogram, name: "a", help: "", labels: ["l"]),
    ])
    func beginAnewAsWhatIsDefined(definition: MetricDefinition) throws {
        let family = try stores.store.register(definition)
        #expect(family.shown == [:])
        #expect(stores.store.families.map(\.name) == [family.name, "b", "c_total"])
        #expect(stores.store.takeChanges().names == ["a_total"])
        #expect(stores.store.takeChanges().names == [])
        #expect(stores.store.adoption.changed == 1)
    }

    @Test func areNobodysWhereDefinitionsAreWrong() throws {
        let twice = [Self.a, Self.a]
        #expect(throws: DefinitionErrors.self) { try stores.store.register(group: twice) }
        #expect(stores.store.shown == shown)
    }

    @Test func goAfterADay() throws {
        for _ in 0..<2 {
            stores.store.sweep()
            #expect(stores.store.shown == shown)
            stores.clock.advance(by: .seconds(43_000))
        }
        // One that somebody has defined stays.
        let family = try stores.store.register(Self.c)
        stores.clock.advance(by: .seconds(86_400))
        stores.store.sweep()
        #expect(stores.store.shown == ["c_total": ["": 0.25]])
        #expect(family.shown == ["": 0.25])
    }

    @Test func areReusedByAnOwnerOnly() throws {
        let own = try stores.store.registerOrReuse(Self.c)
        #expect(own.shown == ["": 0.25])
        try stores.succeed()
        stores.store.inheritRest()
        let others = try stores.store.registerOrReuse(Self.c, owner: .statsd)
        #expect(others.shown == [:])
    }
}
