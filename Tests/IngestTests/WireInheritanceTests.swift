import Arena
import Bytes
import Telemetry
import TelemetryMetrics
import Testing

@testable import Ingest

/// Names from wires in a process that follows another one.
@Suite(.timeLimit(.minutes(5)))
struct WireInheritanceTests {
    private func successor(
        of fixture: WireFixture, _ rules: WireRegistry.Rules = WireFixture.rules()
    ) throws -> WireFixture {
        let foreign = try #require(fixture.store.arena.foreign())
        let next = try WireFixture(rules, clock: fixture.store.clock, predecessor: foreign)
        next.store.inheritRest()
        return next
    }

    @Test func aNameLandsInItsMetric() throws {
        let first = try WireFixture()
        for name in ["a", "x.1", "b", "x.2"] { first.send(name, 2) }
        first.send("g", 7, .gauge)
        let second = try successor(of: first)
        #expect(second.values == first.values)
        #expect(second.registry.count == 5)
        for name in ["x.2", "c", "b", "a"] { second.send(name) }
        #expect(second.values == ["a_total": 3, "b_total": 3, "c_total": 1, "x_total": 5, "g": 7])
    }

    @Test func aNameThatWasRefusedIsRefusedStill() throws {
        let first = try WireFixture()
        first.send("a.b")
        first.send("a-b")
        first.send("a.b", 1, .gauge)
        #expect(first.rejections(.nameConflict) == 2)
        let second = try successor(of: first)
        for kind in [SampleKind.counter, .gauge] { second.send("a-b", 1, kind) }
        second.send("a.b", 1, .gauge)
        second.send("a.b")
        #expect(second.rejections(.nameConflict) == 5)
        #expect(second.values == ["a_b_total": 2])
    }

    @Test func rulesThatChangedCount() throws {
        let first = try WireFixture()
        for name in ["drop.a", "a", "b"] { first.send(name) }
        first.send("t", 1, .timer)
        let rules = WireRegistry.Rules(limit: 100) { name, kind in
            guard name != "b" else { return .drop }
            var definition = MetricDefinition(kind.metricKind, name: PrometheusName.sanitised(name), help: "")
            if kind == .timer { definition.kind = .summary }
            return .metric(WireMetric(definition, source: name))
        }
        let second = try successor(of: first, rules)
        #expect(second.values["a_total"] == 1)
        second.send("t", 1, .timer)
        second.send("drop.a")
        #expect(second.store.families.first { $0.name == "t" }?.definition.kind == .summary)
        #expect(second.values["drop_a_total"] == 1)
        #expect(second.store.takeChanges().names == ["t"])
    }

    @Test func aNameGoesWhenItWouldHave() throws {
        let first = try WireFixture()
        first.send("a")
        first.store.sweep()
        first.store.clock.advance(by: .seconds(6))
        first.send("b")
        let second = try successor(of: first)
        second.store.clock.advance(by: .seconds(4))
        second.store.sweep()
        second.store.sweep()
        #expect(second.values == ["b_total": 1])
        #expect(second.registry.count == 1)
        second.send("a", 1, .gauge)
        #expect(second.values == ["b_total": 1, "a": 1])
    }

    @Test func aDamagedNameIsLeftOut() throws {
        let first = try WireFixture()
        for name in ["a", "b"] { first.send(name) }
        let name = Array("a".utf8)
        let row = try #require(name.withBytes(in: name.indices) { first.registry.names[0].find($0) })
        row.present.bits = 0
        let second = try successor(of: first)
        #expect(second.registry.count == 1)
        // Its metric is shown as it was, and found again by the name.
        second.send("a")
        #expect(second.values == ["a_total": 2, "b_total": 1])
    }
}
