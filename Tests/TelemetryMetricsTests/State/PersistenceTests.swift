import Arena
import Telemetry
import Testing

@testable import TelemetryMetrics

/// Which metrics go on in a process that follows.
@Suite(.timeLimit(.minutes(5)))
struct PersistenceTests {
    @Test(arguments: [
        (MetricKind.counter, MetricOwner.application, false, true), (.sum, .application, true, true),
        (.histogram, .application, false, true), (.summary, .application, true, true),
        (.gauge, .application, false, false), (.gauge, .application, true, false),
        (.gauge, .statsd, false, true), (.gauge, .events, false, true), (.gauge, .carbon, false, true),
    ])
    func byKindAndOwner(kind: MetricKind, owner: MetricOwner, isInternal: Bool, isKept: Bool) {
        var definition = MetricDefinition(kind, name: "a", help: "")
        #expect(definition.isKept(by: owner, isInternal: isInternal) == isKept)
        definition.persistence = .kept
        #expect(definition.isKept(by: owner, isInternal: isInternal))
        definition.persistence = .none
        #expect(!definition.isKept(by: owner, isInternal: isInternal))
    }

    @Test func whatIsNotKeptBeginsAnewAndIsNotShown() throws {
        let stores = try Successors()
        var definition = MetricDefinition(.counter, name: "a", help: "")
        definition.persistence = .none
        try stores.store.register(definition).note()
        try stores.store.register(MetricDefinition(.gauge, name: "g", help: "")).note(3)
        try stores.succeed()
        stores.store.inheritRest()
        #expect(stores.store.shown == [:])
        definition.persistence = .kept
        #expect(try stores.store.register(definition).shown == [:])
    }

    @Test func aReloadChangesIt() throws {
        let stores = try Successors()
        var definition = MetricDefinition(.counter, name: "a", help: "")
        let family = try stores.store.replace([], with: [[definition]], owner: .events)[0][0]
        family.note()
        definition.persistence = .none
        _ = try stores.store.replace([family], with: [[definition]], owner: .events)
        try stores.succeed()
        definition.persistence = .automatic
        #expect(try stores.store.replace([], with: [[definition]], owner: .events)[0][0].shown == [:])
    }

    @Test func aTotalThatAFunctionReadsGoesOnWhereItIsKept() throws {
        let stores = try Successors()
        let total = Total()
        let metrics = MetricSet {
            Counter("kept", "") { total.value }.persistence(.kept)
            Counter("read", "") { total.value }
        }
        for (value, kept, read) in [(5.0, 5.0, 5.0), (7, 12, 7), (2, 14, 2)] {
            total.value = value
            try metrics.register(in: stores.store, id: "persistence.\(value)")
            stores.store.collect()
            stores.store.collect()
            #expect(stores.store.shown == ["kept_total": ["": kept], "read_total": ["": read]])
            try stores.succeed()
        }
    }

    @Test func aTotalThatShrankIsAddedFromZero() throws {
        let store = try MetricStore()
        let total = Total()
        try MetricSet { Counter("a", "") { total.value }.persistence(.kept) }.register(
            in: store, id: "p.shrunk")
        for (value, shown) in [(5.0, 5.0), (2, 7), (2.5, 7.5)] {
            total.value = value
            store.collect()
            #expect(store.shown == ["a_total": ["": shown]])
        }
    }

    /// The value of a function; one thread uses it.
    private final class Total: @unchecked Sendable {
        var value = 0.0
    }
}
