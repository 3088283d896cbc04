import Arena
import Glibc
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct SlidingWindowTests {
    /// Where a slice begins.
    private let clock = CoarseClock(fixedAt: 120_000 * 14_000_000)

    private func summary(_ quantiles: [Double]) throws -> SeriesHandle {
        try heldSeries(.summary, clock: clock) { $0.quantiles = quantiles }
    }

    private func quantiles(_ handle: SeriesHandle) -> [Double] {
        handle.family.summary(handle.row).quantiles ?? []
    }

    private func record(_ value: Double, times: UInt64, _ handle: SeriesHandle) {
        #expect(handle.family.record(value, times: times, in: handle.row) == nil)
    }

    /// The value that stands for all those of a bucket.
    private func near(_ value: Double) -> ClosedRange<Double> { value * 0.989...value * 1.011 }

    /// A value that fills its counter beside others of the same line, then half as many of a larger one: the median
    /// tells a count that is off by one.
    @Test(arguments: [1, 16, 17, 61_439, 61_440, 61_441, 65_535, 65_536, 65_537, 200_000])
    func countsExactlyBeyondWhatASmallCounterHolds(_ count: Int) throws {
        let handle = try summary([0.5])
        for _ in 0..<count { handle.record(1) }
        record(100, times: UInt64(count), handle)
        #expect(near(1) ~= quantiles(handle)[0])
        handle.record(100)
        #expect(near(100) ~= quantiles(handle)[0])
        #expect(handle.family.summary(handle.row).count == UInt64(2 * count + 1))
    }

    @Test func countsExactlyInSteps() throws {
        let handle = try summary([0.5])
        for _ in 0..<5000 { record(1, times: 16, handle) }
        record(100, times: 80_000, handle)
        #expect(near(1) ~= quantiles(handle)[0])
        handle.record(100)
        #expect(near(100) ~= quantiles(handle)[0])
    }

    @Test(
        arguments: [
            1, 2, 15, 16, 17, 255, 61_440, 65_536, 1 << 20, 1 << 20 + 1, 1 << 28, 1 << 30 - 1,
        ] as [UInt64])
    func countsObservationsThatStandForMany(_ times: UInt64) throws {
        let handle = try summary([0.5])
        for _ in 0..<2 {
            record(-3, times: times, handle)
            record(0, times: 1, handle)
            record(7, times: times, handle)
        }
        #expect(quantiles(handle) == [0])
        handle.record(7)
        handle.record(7)
        #expect(quantiles(handle) == [0])
        handle.record(7)
        #expect(near(7) ~= quantiles(handle)[0])
        #expect(handle.family.summary(handle.row).count == 4 * times + 5)
    }

    /// What no counter holds stays at the most that it can hold, and never becomes little.
    @Test(arguments: [1 << 31, 1 << 32 - 1, 1 << 32, 1 << 40] as [UInt64])
    func staysHighWhereACounterIsFull(_ times: UInt64) throws {
        let handle = try summary([0.5])
        for value in [5, 0, -5.0] {
            for _ in 0..<4 { record(value, times: times, handle) }
            record(1000, times: 1_000_000, handle)
            clock.advance(by: .seconds(600))
            #expect(quantiles(handle).isEmpty)
            for _ in 0..<4 { record(value, times: times, handle) }
            record(1000, times: 1_000_000, handle)
            #expect(abs(quantiles(handle)[0] - value) <= 0.06)
            clock.advance(by: .seconds(600))
        }
    }

    /// A line is used again every fifth slice, with its small and its wide counters at zero.
    @Test(arguments: [3, 1000, 100_000] as [UInt64])
    func clearsTheLineOfASliceThatIsGone(_ times: UInt64) throws {
        let handle = try summary([0.5])
        for round in 1...4 {
            record(1, times: times, handle)
            for _ in 0..<16 { handle.record(1.5) }
            clock.advance(by: .seconds(600))
            #expect(quantiles(handle).isEmpty)
            // Into the same block and line, another bucket.
            handle.record(1.2)
            #expect(near(1.2) ~= quantiles(handle)[0])
            clock.advance(by: .seconds(600))
            #expect(handle.family.summary(handle.row).count == UInt64(round) * (times + 17))
        }
    }

    @Test func slidesByAFifthAtExactlyItsTime() throws {
        let handle = try summary([0, 0.5, 1])
        clock.advance(by: .milliseconds(119_999))
        handle.record(1)
        clock.advance(by: .milliseconds(1))
        for _ in 0..<2 { handle.record(10) }
        clock.advance(by: .milliseconds(479_999))
        #expect(near(1) ~= quantiles(handle)[0])
        clock.advance(by: .milliseconds(1))
        #expect(near(10) ~= quantiles(handle)[0])
        clock.advance(by: .milliseconds(119_999))
        #expect(near(10) ~= quantiles(handle)[2])
        clock.advance(by: .milliseconds(1))
        #expect(quantiles(handle).isEmpty)
    }

    @Test(arguments: [
        Duration.milliseconds(10), .milliseconds(50), .seconds(1), .seconds(60), .seconds(3600),
        .seconds(86_400),
        .seconds(86_400 * 30),
    ])
    func forgetsAfterItsLengthWhateverThatIs(_ window: Duration) throws {
        let handle = try heldSeries(.summary, clock: clock) {
            $0.quantiles = [0.5]
            $0.window = window
        }
        for value in [2, 20, 200.0] {
            handle.record(value)
            clock.advance(by: window * 0.75)
            #expect(near(value) ~= quantiles(handle)[0])
            clock.advance(by: window * 0.25 + .milliseconds(1))
            #expect(quantiles(handle).isEmpty)
        }
    }

    /// A thread that read the time long ago doesn't take its line back from a newer slice.
    @Test func isNotSetBackByALateThread() throws {
        let handle = try summary([0.5])
        let layout = handle.family.layout
        let window = try #require(layout.window)
        let late = window.value.currentSlice(clock)
        clock.advance(by: .seconds(600))
        for value in [1, 0, 1.0] { handle.record(value) }
        for value in [1, 0, 0.0] {
            _ = window.observe(
                value, 1, late, handle.row, handle.cells.mine, first: layout.first, rest: layout.rest,
                handle.family.series)
        }
        #expect(quantiles(handle).map(near(1).contains) == [true])
    }

    @Test func countsExactlyWhileEightThreadsFillOneCounter() throws {
        let handle = try summary([0.5])
        onThreads(8) { thread in
            for number in 0..<20_000 {
                if number % 4 == 3 { record(1, times: 17, handle) } else { handle.record(1) }
            }
        }
        expectOnes(8 * (15_000 + 5000 * 17), handle)
    }

    /// More threads than a row has copies of its cells on a small machine: some have buckets of their own, the others share theirs.
    @Test func countsExactlyWhileSomeThreadsShareTheirBuckets() throws {
        let handle = try summary([0.5])
        let threads = 24
        onThreadsTogether(threads) { _ in
            for _ in 0..<500 { handle.record(1) }
        }
        expectOnes(UInt64(threads * 500), handle)
    }

    /// As many hundreds do not outweigh them, and one more does.
    private func expectOnes(_ count: UInt64, _ handle: SeriesHandle) {
        record(100, times: count, handle)
        #expect(near(1) ~= quantiles(handle)[0])
        handle.record(100)
        #expect(near(100) ~= quantiles(handle)[0])
        #expect(handle.family.summary(handle.row).count == 2 * count + 1)
    }

    /// More held series than there is memory for buckets of a thread's own.
    @Test func sharesBucketsWhereThereIsNoMemoryForMore() throws {
        let family = try metric(.summary, clock: clock) {
            $0.labels = ["a"]
            $0.quantiles = [0.5]
        }
        let handles = try (1...2500).map { try #require(family.handle(labels: ["\($0)"])) }
        for (number, handle) in zip(1..., handles) {
            for _ in 0..<3 { handle.record(Double(number)) }
        }
        for (number, handle) in zip(1..., handles) {
            #expect(near(Double(number)) ~= quantiles(handle)[0])
            #expect(family.summary(handle.row).count == 3)
        }
        let cell = family.layout.first + SlidingWindow.directoryCell
        #expect(handles.last?.row.cell(cell).bits != 0)
    }

    @Test func givesItsMemoryBackWithItsSeries() throws {
        let family = try metric(.summary, clock: clock) {
            $0.labels = ["a"]
            $0.expiry = .seconds(10)
        }
        var used = [family.arena.used]
        for _ in 0..<20 {
            for series in 0..<10 {
                for value in Shape.logNormal.values(100) {
                    family.record(value, times: 20, at: ["\(series)"])
                }
            }
            #expect(family.all(family.summary).values.map(\.count) == Array(repeating: 2000, count: 10))
            family.series.sweep()
            clock.advance(by: .seconds(10))
            #expect(family.series.sweep() == 10)
            drainRetired()
            used.append(family.arena.used)
        }
        #expect(isBounded(used))
    }

    /// As many samples as a busy series has, a fifth of them in each slice.
    @Test func takesLessThanEightKibibytesPerSeries() throws {
        let family = try metric(.summary, clock: clock) { $0.labels = ["method", "route", "code"] }
        let series = 20
        let values = Self.logNormal(100_000)
        let before = family.arena.used
        for slice in 0..<5 {
            if slice > 0 { clock.advance(by: .seconds(120)) }
            for number in 0..<series {
                let labels = ["GET", "/orders/\(number)", "200"]
                for value in values[slice * 20_000..<(slice + 1) * 20_000] {
                    family.record(value, at: labels)
                }
            }
        }
        let perSeries = (family.arena.used - before) / series
        #expect(perSeries > 1000)
        #expect(perSeries <= 8192)
    }

    private static func logNormal(_ count: Int) -> [Double] {
        // The shape has a sigma of 2.
        Shape.logNormal.values(count).map { $0.squareRoot() }
    }
}
