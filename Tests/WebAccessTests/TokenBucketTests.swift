import Testing

@testable import WebAccess

@Suite(.timeLimit(.minutes(5)))
struct TokenBucketTests {
    private let start = ContinuousClock.now

    @Test func allowsABurstAndThenOneEachInterval() {
        var bucket = TokenBucket(interval: .seconds(2), burst: 3)

        #expect((0..<3).map { _ in bucket.take(at: start) } == [nil, nil, nil])
        #expect(bucket.take(at: start) == .seconds(2))
        #expect(bucket.take(at: start + .seconds(1.5)) == .seconds(0.5))
        #expect(bucket.take(at: start + .seconds(2)) == nil)
        #expect(bucket.take(at: start + .seconds(2)) == .seconds(2))
    }

    @Test func fillsUpToTheBurst() {
        var bucket = TokenBucket(interval: .seconds(1), burst: 2)
        for _ in 0..<2 { _ = bucket.take(at: start) }

        let later = start + .seconds(1000)
        #expect((0..<2).map { _ in bucket.take(at: later) } == [nil, nil])
        #expect(bucket.take(at: later) == .seconds(1))
    }

    @Test func refusalsTakeNothing() {
        var bucket = TokenBucket(interval: .seconds(1), burst: 1)
        _ = bucket.take(at: start)
        for _ in 0..<100 { _ = bucket.take(at: start + .milliseconds(500)) }

        #expect(bucket.take(at: start + .seconds(1)) == nil)
    }

    @Test func theLargestBucketOverflowsNothing() {
        var bucket = TokenBucket(interval: .seconds(3_155_760_000), burst: 1_000_000)

        #expect((0..<1000).allSatisfy { _ in bucket.take(at: start) == nil })
    }
}
