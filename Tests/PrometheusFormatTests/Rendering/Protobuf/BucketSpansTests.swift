import Testing

@testable import PrometheusFormat
@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct BucketSpansTests {
    @Test(
        arguments: [
            ([], []),
            ([0], [(0, 1)]),
            ([-5], [(-5, 1)]),
            ([3, 4, 5], [(3, 3)]),
            ([1, 3], [(1, 3)]),
            ([1, 4], [(1, 4)]),
            ([1, 5], [(1, 1), (3, 1)]),
            ([-4, -1, 3, 6, 7], [(-4, 4), (3, 5)]),
            ([-262_143, 0, 262_144], [(-262_143, 1), (262_142, 1), (262_143, 1)]),
            ([-1074, 1024], [(-1074, 1), (2097, 1)]),
        ] as [([Int], [(Int, Int)])])
    func fillsGapsOfTwoAtMost(_ indexes: [Int], _ spans: [(Int, Int)]) {
        let buckets = indexes.map { NativeReading.Bucket(index: $0, count: 1) }
        #expect(
            Array(BucketSpans(buckets)) == spans.map { BucketSpan(offset: $0.0, length: $0.1) })
    }
}
