import StatsD
import TelemetryMetrics
import Testing

/// What observations at a sample rate stand for.
@Suite(.timeLimit(.minutes(5)))
struct SampledTimerTests {
    private typealias Bench = StatsDIngestTests.Bench

    private func reading(_ name: String, _ bench: Bench) throws -> HistogramReading {
        let family = try #require(bench.store.families.first { $0.name == name })
        var readings: [HistogramReading] = []
        family.forEachSeries { _, row in readings.append(family.histogram(row)) }
        #expect(readings.count == 1)
        return try #require(readings.first)
    }

    @Test func sevenAtSevenTenthsCountTen() throws {
        for _ in 0..<20 {
            let bench = try Bench()
            try bench.receive(String(repeating: "r:100|ms|@0.7\n", count: 7))
            let reading = try reading("r", bench)
            #expect(reading.counts == [0, 0, 10])
            #expect(reading.sum == 1000)
        }
    }

    @Test(arguments: [
        "1", "0.99", "0.9", "0.7", "0.66667", "0.5", "0.3", "0.15", "0.1", "0.07", "0.01", "0.003", "0.001",
        "0.0007", "0.0001", "0.00003", "0.00001", "0.000007", "0.000001",
    ])
    func allOfASeriesAreLessThanOneOff(text: String) throws {
        let bench = try Bench()
        let rate = try #require(Double(text))
        for count in [1, 2, 997] { try bench.receive(String(repeating: "r:3|h|@\(text)\n", count: count)) }
        let reading = try reading("r", bench)
        let count = reading.counts.reduce(0, +)
        // One for each of the three receivers.
        #expect(abs(Double(count) - 1000 / rate) < 3)
        #expect(reading.counts == [0, count, 0])
        #expect(reading.sum == 3 * Double(count))
    }

    @Test(arguments: [("0.5", 2000), ("0.1", 10_000), ("0.01", 100_000), ("0.000001", 1_000_000_000)])
    func wholeWeightsAreExact(rate: String, expected: UInt64) throws {
        let bench = try Bench()
        try bench.receive(String(repeating: "r:3|d|@\(rate)\n", count: 1000))
        #expect(try reading("r", bench).counts == [0, expected, 0])
    }

    @Test func countersWeighExactly() throws {
        let bench = try Bench()
        try bench.receive(String(repeating: "c:1|c|@0.7\n", count: 7), "d:3|c|@0.1")
        #expect(bench.series("d_total") == [" 30.0"])
        let text = try #require(bench.series("c_total").first)
        #expect(abs((Double(text.dropFirst()) ?? 0) - 10) < 1e-12)
    }
}
