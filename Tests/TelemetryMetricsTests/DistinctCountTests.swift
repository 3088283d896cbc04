import Arena
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct DistinctCountTests {
    // The hash has a new seed each time; beyond five standard errors is beyond chance.
    @Test(arguments: [(0, 0), (1, 0), (3, 1), (100, 15), (10_000, 1800)])
    func estimatesDistinctMembers(_ members: Int, _ tolerance: Double) throws {
        var definition = MetricDefinition(.gauge, name: "users", help: "Users.")
        definition.countsDistinct = true
        let handle = try #require(try MetricStore().register(definition).handle(labels: []))
        for _ in 0..<2 {
            for member in 0..<members {
                let text = Array("user \(member)".utf8)
                unsafe handle.family.note(member: text.span.bytes, in: handle.row)
            }
        }
        #expect(abs(handle.family.value(handle.row) - Double(members)) <= tolerance)
    }

    @Test func losesNoMemberOfEightThreads() throws {
        var definition = MetricDefinition(.gauge, name: "users", help: "Users.")
        definition.countsDistinct = true
        let family = try MetricStore().register(definition)
        let alone = try #require(family.handle(labels: []))
        for member in 0..<800 { note(member, alone) }
        let expected = family.value(alone.row)
        for index in 0..<DistinctCount.cellCount { alone.row.cell(index).bits = 0 }
        onThreads(8) { thread in
            for member in 0..<100 { note(thread * 100 + member, alone) }
        }
        #expect(family.value(alone.row) == expected)
    }
}

private func note(_ member: Int, _ handle: SeriesHandle) {
    let text = Array("user \(member)".utf8)
    unsafe handle.family.note(member: text.span.bytes, in: handle.row)
}
