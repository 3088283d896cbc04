import Arena
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct MemoryLimitTests {
    private static let limit = 256 << 10
    private static let overflow = #"heliograph_overflow="true""#
    private let clock = CoarseClock(fixedAt: 1_700_000_000_000)

    private func store(memory: Int = limit) throws -> MetricStore {
        try MetricStore(limits: StoreLimits(memory: memory), clock: clock)
    }

    private func definition(
        _ kind: MetricKind, _ name: String = "m", _ change: (inout MetricDefinition) -> Void = { _ in }
    ) -> MetricDefinition {
        var definition = MetricDefinition(kind, name: name, help: "M.", labels: ["l"])
        definition.seriesLimit = 1_000_000
        change(&definition)
        return definition
    }

    /// Has something else take the memory up to where nothing new begins, without what is kept for existing series.
    private func occupy(_ store: MetricStore) -> Int {
        let missing = store.budget.memoryMark - store.arena.used
        store.arena.chargeAlways(missing)
        return missing
    }

    /// Records into new series until there are no more; returns how many there are.
    private func fill(_ family: Family, with value: Double) -> Int {
        var count = 0
        while family.series.overflowed == 0, count < 100_000 {
            family.record(value, at: ["\(count)"])
            count += 1
        }
        return count - 1
    }

    @Test func countsWhatIsPastItInTheOverflowSeries() throws {
        let store = try store()
        let family = try store.register(definition(.sum))
        // Inside, so that no outgrown index is freed meanwhile, which would make room again.
        let count = ReclamationDomain.shared.read {
            let count = fill(family, with: 1)
            for number in 0..<1000 { family.record(1, at: ["x\(number)"]) }
            return count
        }
        #expect(count > 100)
        family.record(1, at: ["0"])
        let values = store.values("m_total")
        #expect(values.count == count + 1)
        #expect(values[#"l="0""#] == 2)
        #expect(values[Self.overflow] == 1001)
        #expect(store.overflowed == 1001)
        #expect(store.budget.refusals(by: .memory) == 1001)
        #expect(store.budget.refusals(by: .samples) == 0)
        #expect(store.budget.memory <= store.arena.privilegedLimit)
    }

    @Test(arguments: [MetricKind.summary, .histogram])
    func countsObservationsWithoutRoomForTheirBucketsInTheOverflowSeries(kind: MetricKind) throws {
        let store = try store(memory: 1 << 20)
        let family = try store.register(definition(kind) { $0.buckets = .native() })
        // Zeros need no buckets.
        let count = fill(family, with: 0)
        for number in 0..<count { family.record(1e-3 * Double(number + 1), at: ["\(number)"]) }
        let counts = family.all { row in
            kind == .summary ? family.summary(row).count : family.native(row).count
        }
        #expect(counts.values.reduce(0, +) == UInt64(2 * count + 1))
        let overflowed = try #require(counts[Self.overflow])
        #expect(overflowed > 100)
        #expect(family.series.overflowed == overflowed)
        #expect(family.rejections.count(of: .storeFull) == 0)
        #expect(store.budget.memory <= store.arena.privilegedLimit)
    }

    @Test func countsEvenWhereTheOverflowSeriesHasNoBuckets() throws {
        let store = try store()
        let family = try store.register(definition(.summary))
        let count = fill(family, with: 0)
        while store.arena.charge(1000, isPrivileged: true) {}
        for number in 0..<100 { family.record(2, at: ["\(number)"]) }
        let all = family.all { family.summary($0) }
        #expect(all.count == count + 1)
        #expect(all[Self.overflow]?.count == 101)
        #expect(all[Self.overflow]?.sum == 200)
        for number in 0..<50 { family.record(2, at: ["x\(number)"]) }
        #expect(family.all { family.summary($0).count }[Self.overflow] == 151)
    }

    @Test func aSetWithoutRoomForAMemberNotesItInTheOverflowSeries() throws {
        let store = try store()
        let family = try store.register(definition(.gauge) { $0.countsDistinct = true })
        func note(_ member: Int, at label: String) -> Rejection? {
            let bytes = Array("\(member)".utf8)
            var row = family.row(at: [label])
            return ReclamationDomain.shared.read {
                family.update(&row, text: { _ in }) { family.note(member: unsafe bytes.span.bytes, in: $0) }
            }
        }
        _ = family.handle(labels: ["a"])
        for member in 0..<12 { #expect(note(member, at: "a") == nil) }
        while store.arena.charge(1000) {}
        while store.arena.charge(1) {}
        for member in 12..<100 { #expect(note(member, at: "a") == nil) }
        #expect(family.all { family.value($0) } == [#"l="a""#: 12, Self.overflow: 88])
        #expect(family.series.overflowed == 88)
    }

    @Test func aNativeHistogramStaysAsFineAsItWas() throws {
        let store = try store()
        let family = try store.register(definition(.histogram) { $0.buckets = .native() })
        family.record(1, at: ["0"])
        let row = try #require(family.row(at: ["0"]))
        let schema = family.native(row).schema
        while store.arena.charge(1000) {}
        while store.arena.charge(1) {}
        for exponent in 4..<20 { family.record(Double(1 << exponent), at: ["0"]) }
        #expect(family.native(row).schema == schema)
        #expect(family.native(row).count == 1)
        #expect(family.all { family.native($0).count }[Self.overflow] == 16)
    }

    @Test func makesSeriesAgainOnceOthersExpired() throws {
        let store = try store()
        let family = try store.register(definition(.sum) { $0.expiry = .seconds(1) })
        let count = fill(family, with: 1)
        let (overflowed, full) = (store.overflowed, store.arena.used)
        store.sweep()
        clock.advance(by: .seconds(1))
        #expect(store.sweep() == count + 1)
        // Whoever reclaims first gives the memory back, and a retired row's block is retired after it.
        spin {
            ReclamationDomain.shared.reclaim()
            return store.arena.used < full / 2
        }
        for number in 0..<count { family.record(1, at: ["\(number)"]) }
        #expect(store.values("m_total").count == count)
        #expect(store.overflowed == overflowed)
    }

    @Test func aTableMayUseTheMemoryOfRowsThatItHadNearIt() throws {
        let store = try store(memory: 1 << 20)
        let family = try store.register(definition(.sum))
        for number in 0..<3 { family.record(1, at: ["\(number)"]) }
        #expect(family.remove(labels: ["1"]))
        _ = occupy(store)
        for label in ["new", "past"] { family.record(1, at: [label]) }
        let values = store.values("m_total")
        #expect(values.count == 4)
        #expect(values[#"l="new""#] == 1)
        #expect(values[Self.overflow] == 1)
    }

    @Test func doesNotTouchTheExportersOwn() throws {
        let store = try store()
        let own = try store.register(definition(.summary, "heliograph_x"), isInternal: true)
        while store.arena.charge(1000) {}
        for number in 0..<10 { own.record(1, at: ["\(number)"]) }
        let readings = own.all { own.summary($0) }
        #expect(readings.count == 10)
        #expect(readings.values.allSatisfy { $0.count == 1 && $0.quantiles?.count == 3 }, "\(readings)")
        #expect(own.series.overflowed == 0)
    }

    @Test func makesNeitherThreadCopiesNorExemplarsNearIt() throws {
        let store = try store()
        let histogram = try store.register(definition(.histogram))
        let held = try #require(histogram.handle(labels: ["held"]))
        histogram.record(1, at: ["found"])
        _ = occupy(store)
        let used = store.budget.memory
        held.record(1, in: 7)
        #expect(held.exemplarSpans.isEmpty)
        let found = try #require(histogram.row(at: ["found"]))
        #expect(histogram.handle(labels: ["found"]) != nil)
        #expect(found.copies.acquire() == 0)
        #expect(store.budget.memory == used)
    }

    @Test func refusesNewNamesAndNoOthers() throws {
        let store = try store()
        let known = definition(.sum) { $0.labels = [] }
        let other = definition(.sum, "other")
        #expect(store.limitReached(by: other, owner: .statsd) == nil)
        _ = try store.registerOrReuse(known, owner: .statsd)
        store.arena.giveBack(occupy(store))
        #expect(store.limitReached(by: other, owner: .statsd) == nil)
        _ = occupy(store)
        #expect(store.limitReached(by: other, owner: .statsd) == .memory)
        #expect(store.limitReached(by: known, owner: .statsd) == nil)
        #expect(store.limitReached(by: known, owner: .events) == .memory)
        #expect(store.budget.refusals(by: .memory) == 2)
    }

    @Test func countsWhatNamesTakeUntilTheyAreGone() throws {
        let store = try store(memory: 16 << 20)
        // With it comes the first page of the arena's directory.
        let first = try store.register(definition(.summary, "first"))
        let before = store.budget.memory
        for number in 0..<100 { _ = try store.register(definition(.summary, "m\(number)")) }
        #expect(store.budget.memory - before > 100 * 2500)
        store.remove(store.families.filter { $0 !== first })
        drainRetired()
        #expect(store.budget.memory == before)
    }

    @Test func takesASeriesWithoutLabelsOfItsOwnOnceThereIsRoom() throws {
        let store = try store(memory: 1 << 20)
        let event = freshEvent(Order.self)
        let occupied = occupy(store)
        let handlers = try MetricSet { Counter("c_total", "C.", of: event) }.register(
            in: store, id: freshID())
        event.emit(Order())
        #expect(store.values("c_total")[Self.overflow] == 1)
        store.arena.giveBack(occupied)
        event.emit(Order())
        #expect(store.values("c_total")[""] == 1)
        for handler in handlers { try HandlerRegistry.shared.detach(handler) }
    }
}
