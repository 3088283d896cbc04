import Arena
import Testing

@testable import Ingest
@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct SampleRemaindersTests {
    private let family: Family

    init() throws {
        family = try MetricStore().register(
            MetricDefinition(.gauge, name: "x", help: "", labels: ["series"]))
    }

    private func rows(_ count: Int) throws -> [Row] {
        try (0..<count).map { try #require(family.handle(labels: ["\($0)"])).row }
    }

    /// The seed is another one each time: bounds are six standard errors, which is beyond chance.
    @Test func observationsOfManySeriesCountTheirWeightInTheMean() throws {
        var remainders = SampleRemainders()
        let rows = try rows(2000)
        var totals = [UInt64](repeating: 0, count: rows.count)
        for _ in 0..<100 {
            for (index, row) in rows.enumerated() { totals[index] += remainders.times(1.4, of: row) }
        }
        // A place that changes hands: each is 1 or 2 with a variance of 0.24.
        #expect(totals.allSatisfy { abs(Double($0) - 140) <= 6 * (0.24 * 100).squareRoot() })
        #expect(abs(Double(totals.reduce(0, +)) - 280_000) <= 6 * (0.24 * 200_000).squareRoot())
    }

    @Test func seriesThatTakeTurnsGetNoShareOfOneAnother() throws {
        var remainders = SampleRemainders()
        let rows = try rows(2)
        var totals: [UInt64] = [0, 0]
        for index in 0..<2000 { totals[index % 2] += remainders.times(1.5, of: rows[index % 2]) }
        #expect(totals.allSatisfy { abs(Double($0) - 1500) <= 6 * (0.25 * 1000).squareRoot() })
    }

    @Test func aSeriesOfItsOwnIsLessThanOneOffAtAnyTime() throws {
        var remainders = SampleRemainders()
        let row = try rows(1)[0]
        var total = 0.0
        for count in 1...10_000 {
            total += Double(remainders.times(10 / 7, of: row))
            #expect(abs(total - Double(count) * 10 / 7) < 1 + 1e-9)
        }
    }
}
