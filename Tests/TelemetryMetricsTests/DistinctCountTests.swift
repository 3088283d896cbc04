import Arena
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct DistinctCountTests {
    private let store: MetricStore
    private let family: Family

    init() throws {
        store = try MetricStore()
        var definition = MetricDefinition(.gauge, name: "users", help: "Users.", labels: ["site"])
        definition.countsDistinct = true
        family = try store.register(definition)
    }

    private func series(_ site: String = "a") throws -> SeriesHandle {
        try #require(family.handle(labels: [site]))
    }

    @Test(arguments: [0, 1, 2, 12, 13, 24, 25, 96, 97, 384, 385, 768, 769, 999, 1000])
    func smallSetsAreExact(_ members: Int) throws {
        let series = try series()
        for _ in 0..<2 {
            for member in 0..<members { note(member, series) }
            #expect(family.value(series.row) == Double(members))
        }
    }

    // The hash has a new seed each time; beyond five standard errors is beyond chance.
    @Test(arguments: [1001, 2000, 3000, 10_000, 100_000])
    func largeSetsAreEstimated(_ members: Int) throws {
        let series = try series()
        for _ in 0..<2 {
            for member in 0..<members { note(member, series) }
        }
        let value = family.value(series.row)
        #expect(abs(value - Double(members)) <= 5 * 0.033 * Double(members))
        #expect(value >= 1001)
    }

    @Test func losesNoMemberOfEightThreadsWhileTheTableGrows() throws {
        for round in 0..<20 {
            let series = try series("\(round)")
            // Each member is noted by two threads.
            onThreads(8) { thread in
                for member in 0..<250 { note(thread / 2 * 250 + member, series) }
            }
            #expect(family.value(series.row) == 1000)
        }
    }

    @Test func losesNoMemberOfEightThreadsWhenItIsEstimated() throws {
        let (alone, together) = (try series("alone"), try series("together"))
        for member in 0..<4000 { note(member, alone) }
        onThreads(8) { thread in
            for member in 0..<500 { note(thread * 500 + member, together) }
        }
        #expect(family.value(together.row) == family.value(alone.row))
    }

    @Test(arguments: [500, 2000])
    func beginsAnewWhenItIsCleared(members: Int) throws {
        let series = try series()
        for member in 0..<members { note(member, series) }
        family.layout.clear(series.row, family.definition, in: family.series)
        #expect(family.value(series.row) == 0)
        for member in 0..<7 { note(member, series) }
        #expect(family.value(series.row) == 7)
    }

    @Test func outgrownTablesAreUsedAgain() throws {
        let before = store.arena.used
        for site in 0..<200 {
            let series = try series("\(site)")
            for member in 0..<1001 { note(member, series) }
            awaitReclamation()
        }
        // 1 KiB of registers each, and once the largest table with those before it.
        #expect(store.arena.used - before < 600 << 10)
    }

    @Test func aSetThatEndsGivesItsMemoryBack() throws {
        var definition = MetricDefinition(.gauge, name: "wire", help: "Users.")
        definition.countsDistinct = true
        let family = try store.register(definition)
        for site in 0..<200 {
            ReclamationDomain.shared.read {
                var row: Row?
                for member in 0..<1000 {
                    let text = Array("user \(member)".utf8)
                    let rejection = family.update(&row) { writer in
                        writer.append("\(site)")
                    } _: {
                        unsafe family.note(member: text.span.bytes, in: $0)
                    }
                    #expect(rejection == nil)
                }
                #expect(row.map { family.value($0) } == 1000)
                #expect(row.map { family.series.table.remove($0) } == true)
            }
            awaitReclamation()
        }
        #expect(store.arena.used < 600 << 10)
    }
}

/// Returns once all that was retired before is free, whatever readers other tests have.
private func awaitReclamation() {
    let marker = Marker()
    ReclamationDomain.shared.retire { marker.set() }
    spin(until: {
        ReclamationDomain.shared.reclaim()
        return marker.isSet
    })
}

private func note(_ member: Int, _ handle: SeriesHandle) {
    let text = Array("user \(member)".utf8)
    ReclamationDomain.shared.read {
        let rejection = unsafe handle.family.note(member: text.span.bytes, in: handle.row)
        #expect(rejection == nil)
    }
}
