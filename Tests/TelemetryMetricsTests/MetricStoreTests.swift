import Arena
import Glibc
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct MetricStoreTests {
    private func definition(_ kind: MetricKind, _ name: String, labels: [String] = []) -> MetricDefinition {
        MetricDefinition(kind, name: name, help: "Help.", labels: labels)
    }

    private static let clashes: [(MetricKind, String, MetricKind, String, String)] = [
        (.counter, "foo", .counter, "foo_total", "foo"), (.counter, "foo_total", .gauge, "foo", "foo"),
        (.counter, "foo_total", .gauge, "foo_total", "foo_total"),
        (.counter, "foo_total", .gauge, "foo_created", "foo_created"),
        (.gauge, "foo", .counter, "foo", "foo"),
        (.histogram, "foo", .gauge, "foo_bucket", "foo_bucket"),
        (.histogram, "foo", .sum, "foo_sum", "foo_sum_total"),
        (.summary, "foo", .gauge, "foo_count", "foo_count"), (.summary, "foo", .histogram, "foo", "foo"),
        (.gauge, "foo_sum", .summary, "foo", "foo_sum"),
    ]

    @Test(arguments: clashes.indices)
    func refusesNamesThatAnotherMetricHas(_ index: Int) throws {
        let (firstKind, first, secondKind, second, taken) = Self.clashes[index]
        // A monotonic sum's samples end in `_total`; as a gauge it clashes.
        var other = definition(secondKind, second)
        other.isMonotonic = false
        let store = try MetricStore(prefix: "app_")
        _ = try store.register(definition(firstKind, first))
        let clash = secondKind == .sum ? "app_foo_sum" : "app_\(taken)"
        #expect(
            throws: DefinitionErrors(errors: [DefinitionError(metric: second, problem: .duplicateName(clash))]
            )
        ) {
            try store.register(other)
        }
        store.remove(store.families)
        #expect(throws: Never.self) { try store.register(other) }
    }

    @Test(arguments: [("foo_total", "foo_total_info"), ("foo", "foo_max"), ("foo_bucket", "foo_sum")])
    func takesNamesThatOnlyLookAlike(_ first: String, _ second: String) throws {
        let store = try MetricStore()
        _ = try store.register(definition(.gauge, first))
        #expect(throws: Never.self) { try store.register(definition(.gauge, second)) }
    }

    @Test func putsThePrefixBeforeAllButItsOwnNames() throws {
        let store = try MetricStore(prefix: "app_")
        _ = try store.register(definition(.counter, "b"))
        _ = try store.register(definition(.gauge, "a"), isInternal: true)
        _ = try store.register(definition(.counter, "app_c"))
        #expect(store.families.map(\.name) == ["a", "app_app_c_total", "app_b_total"])
    }

    @Test func registersAGroupAsAWholeOrNotAtAll() throws {
        let store = try MetricStore()
        #expect(throws: DefinitionErrors.self) {
            try store.register(group: [definition(.gauge, "a"), definition(.gauge, "a")])
        }
        #expect(store.families.isEmpty)
        let families = try store.register(group: [definition(.gauge, "a"), definition(.summary, "b")])
        #expect(families[0].series === families[1].series)
        #expect(families.map(\.name) == ["a", "b"])
    }

    @Test func leavesTheNamesOfARefusedMetricToOthers() throws {
        let store = try MetricStore()
        var bad = definition(.histogram, "a")
        bad.buckets = []
        #expect(throws: DefinitionErrors.self) { try store.register(bad) }
        #expect(throws: Never.self) { try store.register(definition(.histogram, "a")) }
    }

    @Test func reusesAMetricThatIsTheSame() throws {
        let store = try MetricStore(prefix: "app_")
        let first = try store.registerOrReuse(definition(.counter, "a", labels: ["l"]))
        var other = definition(.counter, "a_total", labels: ["l"])
        other.help = "Other."
        other.seriesLimit = 5
        #expect(try store.registerOrReuse(other) === first)
        #expect(store.families.count == 1)
        other.labels = ["m"]
        #expect(
            throws: DefinitionErrors(errors: [
                DefinitionError(metric: "a_total", problem: .duplicateName("app_a"))
            ])
        ) {
            try store.registerOrReuse(other)
        }
    }

    @Test func reusesNoMetricOfItsOwn() throws {
        let store = try MetricStore()
        _ = try store.register(definition(.counter, "a"), isInternal: true)
        #expect(throws: DefinitionErrors.self) { try store.registerOrReuse(definition(.counter, "a")) }
    }

    @Test func registersOneMetricForThreadsThatAskForTheSame() throws {
        let store = try MetricStore()
        let failed = Failures()
        onThreads(8) { _ in
            for number in 0..<50 {
                do {
                    let family = try store.registerOrReuse(definition(.counter, "a\(number)"))
                    family.add(1, labels: [])
                } catch {
                    failed.note(error)
                }
            }
        }
        #expect(failed.all.isEmpty)
        #expect(store.families.count == 50)
        #expect(store.families.allSatisfy { store.values($0.name) == ["": 8] })
    }

    @Test func removesAMetricOnce() throws {
        let store = try MetricStore()
        let first = try store.register(definition(.gauge, "a"))
        _ = first.handle(labels: [])
        store.remove([first])
        #expect(store.families.isEmpty)
        #expect(store.seriesCount == 0)
        let second = try store.register(definition(.gauge, "a"))
        store.remove([first])
        #expect(store.families.map(ObjectIdentifier.init) == [ObjectIdentifier(second)])
        #expect(throws: DefinitionErrors.self) { try store.register(definition(.gauge, "a")) }
    }

    @Test func givesTheMemoryOfRemovedMetricsToOthers() throws {
        let store = try MetricStore()
        var used: [Int] = []
        for _ in 0..<20 {
            used.append(store.arena.used)
            let family = try store.register(definition(.summary, "a", labels: ["l"]))
            for number in 0..<200 { family.handle(labels: ["\(number)"])?.record(Double(number)) }
            store.remove([family])
            drainRetired()
        }
        #expect(isBounded(used))
    }

    @Test func boundsTheMemoryOfSeriesThatComeAndGo() throws {
        let clock = CoarseClock(fixedAt: 1_000_000)
        let store = try MetricStore(clock: clock)
        var summary = definition(.summary, "a", labels: ["l"])
        summary.expiry = .seconds(1)
        let family = try store.register(summary)
        for number in 0..<200 {
            for label in 0..<50 {
                ReclamationDomain.shared.read {
                    let text = Array("l=\"\(number % 10) \(label + 10)\"".utf8)
                    guard let row = unsafe family.series.row(for: text.span.bytes) else { return }
                    row.present.set(family.layout.bit)
                    _ = family.record(Double(label), in: row)
                }
            }
            store.sweep()
            clock.advance(by: .seconds(1))
            #expect(store.sweep() == 50)
            drainRetired()
        }
        // What all rounds together would take is ten times as much.
        #expect(store.arena.used < 1 << 20)
    }

    @Test func asksFunctionsBeforeAScrape() throws {
        let number = Failures()
        let recording = try Recording {
            Gauge("g", "G.", reading: { Double(number.all.count) - 0.5 })
            Gauge("none", "None.", reading: { Int?.none })
            Counter("c", "C.", reading: { number.all.count })
            Counter("broken", "B.", reading: { -1 })
        }
        #expect(recording.values("g").isEmpty)
        #expect(recording.values("c_total") == ["": 0])
        for expected in [0.0, 1, 2] {
            recording.store.collect()
            #expect(recording.values("g") == ["": expected - 0.5])
            #expect(recording.values("c_total") == ["": expected])
            number.note(CancellationError())
        }
        #expect(recording.values("none").isEmpty)
        #expect(recording.values("broken_total").isEmpty)
        #expect(recording.rejected("broken_total", .negative) == 3)
    }

    @Test func showsNoTotalBetweenTwoThatWereSet() throws {
        let store = try MetricStore()
        let family = try store.register(definition(.counter, "c"))
        family.replace(with: 99.5, labels: [])
        let done = Failures()
        var seen: Set<Double> = []
        onThreads(1) { _ in
            for _ in 0..<20_000 {
                family.replace(with: 100, labels: [])
                family.replace(with: 99.5, labels: [])
            }
            done.note(CancellationError())
        } meanwhile: {
            while done.all.isEmpty { seen.formUnion(store.values("c_total").values) }
        }
        #expect(seen.isSubset(of: [99.5, 100]))
    }
}
