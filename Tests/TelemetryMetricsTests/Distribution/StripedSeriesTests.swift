import Arena
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

struct StripedSeriesTests {
    private let clock = CoarseClock(fixedAt: 1_700_000_000_000)

    @Test func countsExactlyOnOneHandleWhileItIsRead() throws {
        let handle = try heldSeries(.sum)
        #expect(handle.row.stripes.bits != 0)
        let running = Turn()
        var totals: [Double] = []
        onThreads(8) { _ in
            for _ in 0..<10_000 {
                handle.increment()
                handle.add(3 as Int64)
                handle.add(0.5)
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
            handle.add(0.25)
        }
        handle.reset()
        #expect(handle.family.total(handle.row) == Total(whole: 0, fraction: 0))
        onThreads(8) { _ in handle.increment() }
        #expect(handle.family.total(handle.row).value == 8)
    }

    /// The row of the series after eight threads updated it in turn, 3000 times in all.
    private func rowAfterTurns(_ family: Family, step: @escaping @Sendable () -> Void) throws -> Row {
        let turn = Turn()
        onThreads(8) { thread in
            for round in 0..<375 {
                turn.take(round * 8 + thread) {
                    step()
                    family.record(1, at: "")
                }
            }
        }
        let row = try #require(family.row(at: ""))
        #expect(family.total(row).value == 3000)
        return row
    }

    @Test func getsStripesWhereSeveralThreadsUpdateItAgainAndAgain() throws {
        let family = try metric(.sum, clock: clock)
        #expect(try rowAfterTurns(family, step: {}).stripes.bits != 0)
    }

    @Test func getsNoStripesWhereThreadsUpdateItNowAndThen() throws {
        let family = try metric(.sum, clock: clock)
        let clock = clock
        #expect(try rowAfterTurns(family, step: { clock.advance(by: .milliseconds(4)) }).stripes.bits == 0)
    }

    @Test func getsNoStripesWhereOneThreadUpdatesIt() throws {
        let family = try metric(.sum, clock: clock)
        onThreads(1) { _ in
            for _ in 0..<100_000 { family.record(1, at: "") }
        }
        let row = try #require(family.row(at: ""))
        #expect(row.stripes.bits == 0)
        #expect(family.total(row).value == 100_000)
    }

    @Test(arguments: [MetricKind.counter, .sum, .gauge, .histogram])
    func givesItsStripesBackWhenItsLastHolderEnds(_ kind: MetricKind) throws {
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
