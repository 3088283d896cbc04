import Arena
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct ExemplarTests {
    private let clock = CoarseClock(fixedAt: 1_700_000_000_000)

    private func histogram(_ buckets: Buckets = [1, 10], keepsExemplars: Bool = true) throws -> SeriesHandle {
        try heldSeries(.histogram, clock: clock) {
            $0.buckets = buckets
            $0.keepsExemplars = keepsExemplars
        }
    }

    private static let layouts: [Buckets] = [[1, 10], .native()]

    @Test(arguments: layouts)
    func takesNoMemoryWithoutATrace(_ buckets: Buckets) throws {
        let handle = try histogram(buckets)
        handle.record(5)
        let used = handle.family.arena.used
        for _ in 0..<10_000 { handle.record(5) }
        #expect(handle.family.exemplars(handle.row).isEmpty)
        #expect(handle.family.arena.used == used)
        handle.record(5, in: 9)
        // One in 4096 at least is looked at.
        for _ in 0..<4096 { handle.record(5, in: 9) }
        #expect(handle.exemplarSpans.contains(9))
    }

    /// The busy bucket looks at one in thousands, the other one goes on to look.
    @Test(arguments: layouts)
    func findsTheFirstTraceOfARareBucketBesideABusyOne(_ buckets: Buckets) throws {
        let handle = try histogram(buckets)
        for _ in 0..<50_000 { handle.record(0.5) }
        for _ in 0..<100 { handle.record(5) }
        for _ in 0..<64 { handle.record(5, in: 9) }
        #expect(handle.exemplarSpans.contains(9))
    }

    @Test(arguments: layouts)
    func keepsValueTimeAndTraceOfAnObservation(_ buckets: Buckets) throws {
        let handle = try histogram(buckets)
        handle.record(5, in: 42)
        let exemplars = handle.family.exemplars(handle.row).compactMap(\.self)
        let expected = Exemplar(
            value: 5, milliseconds: clock.milliseconds, traceHigh: 126, traceLow: 294, spanID: 42)
        #expect(exemplars == [expected])
    }

    @Test(arguments: layouts, [Duration.seconds(31_536_000), .seconds(-31_536_000)])
    func datesThemByAWallClockThatWasSetAndTakesNewOnesAsOftenAsBefore(
        _ buckets: Buckets, _ change: Duration
    ) throws {
        let handle = try histogram(buckets)
        handle.record(5, in: 42)
        clock.setWallClock(forwardBy: change)
        clock.advance(by: .seconds(9))
        handle.record(5, in: 43)
        #expect(handle.exemplarSpans.compactMap(\.self) == [42])
        clock.followWallClock()
        let expected = UInt64(1_700_000_000_000 + change.wholeNanoseconds / 1_000_000)
        #expect(handle.family.exemplars(handle.row).compactMap { $0?.milliseconds } == [expected])
        clock.advance(by: .seconds(1))
        handle.record(5, in: 44)
        #expect(handle.exemplarSpans.compactMap(\.self) == [44])
    }

    @Test(arguments: layouts)
    func keepsNoneOfUnsampledTraces(_ buckets: Buckets) throws {
        let handle = try histogram(buckets)
        for _ in 0..<200 { handle.record(5, in: 42, isSampled: false) }
        #expect(handle.family.exemplars(handle.row).isEmpty)
    }

    @Test(arguments: layouts)
    func keepsNoneWhereTheyAreSwitchedOff(_ buckets: Buckets) throws {
        let handle = try histogram(buckets, keepsExemplars: false)
        handle.record(5)
        let used = handle.family.arena.used
        for _ in 0..<200 { handle.record(5, in: 42) }
        #expect(handle.family.exemplars(handle.row).isEmpty)
        #expect(handle.family.arena.used == used)
    }

    @Test func keepsOnePerBucketForTenSeconds() throws {
        let handle = try histogram()
        for number in 1...3 as ClosedRange<UInt64> {
            for value in [0.5, 5, 50] { handle.record(value, in: number * 100 + UInt64(value)) }
        }
        #expect(handle.exemplarSpans == [100, 105, 150])
        clock.advance(by: .milliseconds(9_999))
        handle.record(5, in: 7)
        #expect(handle.exemplarSpans == [100, 105, 150])
        clock.advance(by: .milliseconds(1))
        handle.record(5, in: 8)
        #expect(handle.exemplarSpans == [100, 8, 150])
        #expect(handle.family.exemplars(handle.row)[1]?.milliseconds == clock.milliseconds)
    }

    /// Slow observations come together, when something else is slow; that makes none of them an everyday one.
    @Test(arguments: [1, 2, 3, 5, 8] as [UInt64])
    func keepsANewerOneOfARareBucketAfterABurst(_ burst: UInt64) throws {
        let handle = try histogram()
        for _ in 0..<100_000 { handle.record(0.5) }
        for round in 1...10 as ClosedRange<UInt64> {
            for number in 1...burst { handle.record(50, in: round * 100 + number) }
            #expect(handle.exemplarSpans[2] == round * 100 + 1)
            clock.advance(by: .seconds(10))
        }
    }

    /// A bucket that fills without end is asked for a trace now and then only.
    @Test func asksABusyBucketNowAndThen() throws {
        let handle = try histogram()
        handle.record(0.5, in: 1)
        for _ in 0..<100_000 { handle.record(0.5, in: 2) }
        clock.advance(by: .seconds(10))
        var observations = 0
        while handle.exemplarSpans[0] == 1, observations < 100_000 {
            for _ in 0..<64 { handle.record(0.5, in: 3) }
            observations += 64
        }
        #expect(handle.exemplarSpans[0] == 3)
        #expect(observations > 64)
        #expect(observations <= 4096 + 64)
    }

    /// Counts of the threads' copies differ; each of them finds out that an exemplar is due.
    @Test func takesOnesOfAllThreads() throws {
        let handle = try histogram()
        for number in 0..<200 {
            handle.record(5, in: UInt64(number + 1))
            clock.advance(by: .seconds(1))
        }
        var missed: [UInt64] = []
        for number in 1000..<1008 as Range<UInt64> {
            clock.advance(by: .seconds(10))
            onThreads(1) { _ in handle.record(5, in: number) }
            if handle.exemplarSpans[1] != number { missed.append(number) }
        }
        for round in 0..<4 as Range<UInt64> {
            let turn = Turn()
            onThreads(8) { thread in
                turn.take(thread) {
                    clock.advance(by: .seconds(10))
                    handle.record(5, in: 2000 + round * 8 + UInt64(thread))
                    if handle.exemplarSpans[1] != 2000 + round * 8 + UInt64(thread) { turn.note() }
                }
            }
            if turn.notes > 0 { missed.append(round) }
        }
        #expect(missed.isEmpty)
    }

    @Test func hasSlotsOfTheirOwnForSlowBucketsOfMany() throws {
        let handle = try histogram(.linear(start: 1, width: 1, count: 200))
        for value in 1...4 { handle.record(Double(value), in: UInt64(value)) }
        for value in [65, 130, 300] as [UInt64] { handle.record(Double(value), in: value) }
        let spans = handle.exemplarSpans
        #expect(spans.count == 201)
        #expect(spans[0] == 1)
        #expect([64, 129, 200].map { spans[$0] } == [65, 130, 300])
    }

    @Test func keepsOnePerPowerOfTwoOfANativeHistogram() throws {
        let handle = try histogram(.native())
        for power in 0..<8 as Range<UInt64> { handle.record(Double(1 << power) * 1.5, in: power + 1) }
        #expect(Set(handle.exemplarSpans) == Set(1...8))
        clock.advance(by: .seconds(10))
        handle.record(200, in: 99)
        #expect(Set(handle.exemplarSpans) == [1, 2, 3, 4, 5, 6, 7, 99])
    }

    @Test(arguments: layouts)
    func isNeverTorn(_ buckets: Buckets) throws {
        let handle = try histogram(buckets)
        let isEnough = Marker()
        var seen: Set<UInt64> = []
        var torn: [Exemplar] = []
        onThreads(8) { thread in
            var span = UInt64(thread)
            while !isEnough.isSet {
                span += 8
                // So that each of them is due.
                clock.advance(by: .seconds(10))
                handle.record(Double(span), in: span)
            }
        } meanwhile: {
            while seen.count < 1000 {
                for exemplar in handle.family.exemplars(handle.row).compactMap(\.self) {
                    let span = exemplar.spanID
                    seen.insert(span)
                    let isWhole =
                        exemplar.value == Double(span) && exemplar.traceHigh == span * 3
                        && exemplar.traceLow == span * 7
                    if !isWhole { torn.append(exemplar) }
                }
            }
            isEnough.set()
        }
        #expect(torn.isEmpty)
    }

    @Test func givesItsMemoryBackWithItsSeries() throws {
        let family = try metric(.histogram, clock: clock) {
            $0.labels = ["a"]
            $0.expiry = .seconds(10)
        }
        var used = [family.arena.used]
        for _ in 0..<20 {
            for series in 0..<50 {
                TraceContext.withCurrent(trace(5)) { family.record(1, at: ["\(series)"]) }
            }
            #expect(
                family.all(family.exemplars).values.map { $0.count { $0 != nil } }
                    == Array(repeating: 1, count: 50))
            family.series.sweep()
            clock.advance(by: .seconds(10))
            #expect(family.series.sweep() == 50)
            drainRetired()
            used.append(family.arena.used)
        }
        #expect(isBounded(used))
    }
}
