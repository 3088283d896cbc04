import Arena
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct HotSeriesTests {
    private let clock = CoarseClock(fixedAt: 1_700_000_000_000)

    @Test func countsExactlyOnOneHandleWhileItIsRead() throws {
        let handle = try heldSeries(.sum)
        #expect(handle.row.copies.bits != 0)
        let running = Turn()
        var totals: [Double] = []
        onThreads(8) { _ in
            for _ in 0..<10_000 {
                handle.increment()
                _ = handle.tryAdd(3 as Int64)
                _ = handle.tryAdd(0.5)
                handle.record(2)
            }
            running.note()
        } meanwhile: {
            while running.notes < 8 { totals.append(handle.family.total(handle.row).value) }
        }
        #expect(handle.family.total(handle.row) == Total(whole: 480_000, fraction: 40_000))
        #expect(totals == totals.sorted())
    }

    @Test func beginsAnewWhereItIsReset() throws {
        let handle = try heldSeries(.sum)
        onThreads(8) { _ in
            handle.increment()
            _ = handle.tryAdd(0.25)
        }
        handle.reset()
        #expect(handle.family.total(handle.row) == Total(whole: 0, fraction: 0))
        onThreads(8) { _ in handle.increment() }
        #expect(handle.family.total(handle.row).value == 8)
    }

    /// Whether a series has copies after threads updated it so often, `step` before each time.
    private func getsCopies(
        threads: Int, updates: Int, step: @escaping @Sendable () -> Void = {}
    ) throws -> Bool {
        let family = try metric(.sum, clock: clock)
        onThreads(threads) { _ in
            for _ in 0..<updates / threads {
                step()
                family.record(1, at: [])
            }
        }
        let row = try #require(family.row(at: []))
        #expect(family.total(row).value == Double(updates))
        return row.copies.bits != 0
    }

    /// All of it within one tick.
    @Test(arguments: [1, 8])
    func getsCopiesWhereItIsUpdatedAgainAndAgain(threads: Int) throws {
        #expect(try getsCopies(threads: threads, updates: 32_000))
    }

    @Test(arguments: [1, 8])
    func getsNoCopiesWhereItIsUpdatedNowAndThen(threads: Int) throws {
        let clock = clock
        #expect(
            try !getsCopies(threads: threads, updates: 32_000) { clock.advance(by: .milliseconds(1)) })
    }

    @Test(arguments: [MetricKind.counter, .sum, .gauge, .histogram])
    func givesItsCopiesBackWhenItsLastHolderEnds(_ kind: MetricKind) throws {
        let family = try metric(kind, clock: clock) { $0.labels = ["a"] }
        var used = [family.arena.used]
        for _ in 0..<20 {
            for number in 0..<10 {
                let handle = try #require(family.hold(at: "a=\"\(number)\""))
                onThreads(2) { _ in handle.record(1) }
                handle.end()
                handle.release(wasEnded: true)
                drainRetired()
            }
            #expect(family.series.table.count == 0)
            used.append(family.arena.used)
        }
        #expect(isBounded(used))
    }
}
