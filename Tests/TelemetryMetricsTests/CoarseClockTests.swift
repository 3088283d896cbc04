import Glibc
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct CoarseClockTests {
    @Test func measuresIntervalsByTheMonotonicClock() {
        let clock = CoarseClock()
        let before = MonotonicTime.coarseMilliseconds + CoarseClock.origin
        let now = clock.milliseconds
        #expect(now >= before)
        #expect(now <= MonotonicTime.coarseMilliseconds + CoarseClock.origin)
    }

    @Test func hasRoomForTimesBeforeTheStartOfTheMachine() {
        let clock = CoarseClock()
        let tenYears: UInt64 = 315_576_000_000
        #expect(clock.moment > tenYears)
        #expect(clock.milliseconds > tenYears)
        let then = clock.wallMilliseconds(of: clock.moment - tenYears)
        #expect(clock.wallMilliseconds(of: clock.moment) - then < tenYears + 1000)
    }

    @Test func datesAMomentByTheWallClock() {
        let clock = CoarseClock()
        let before = SystemTime.now.wholeMilliseconds
        let date = clock.wallMilliseconds(of: clock.moment)
        #expect(date + 500 >= before)
        #expect(date <= SystemTime.now.wholeMilliseconds + 500)
    }

    @Test(arguments: [Duration.seconds(31_536_000), .seconds(-31_536_000), .milliseconds(501)])
    func followsAWallClockThatWasSetAndMeasuresOn(_ change: Duration) {
        let clock = CoarseClock(fixedAt: 1_700_000_000_000)
        clock.setWallClock(forwardBy: change)
        clock.advance(by: .seconds(1))
        // Within a page, all stay as they are.
        #expect(clock.wallMilliseconds(of: 1_700_000_000_000) == 1_700_000_000_000)
        clock.followWallClock()
        let milliseconds = change.wholeNanoseconds / 1_000_000
        #expect(clock.wallMilliseconds(of: 1_700_000_000_000) == UInt64(1_700_000_000_000 + milliseconds))
        #expect(clock.wallMilliseconds(of: clock.moment) == UInt64(1_700_000_001_000 + milliseconds))
        #expect(clock.milliseconds == 1_700_000_001_000)
    }

    @Test(arguments: [Duration.milliseconds(500), .milliseconds(-500), .milliseconds(1)])
    func keepsItsDatesWhileTheWallClockIsNearThem(_ change: Duration) {
        let clock = CoarseClock(fixedAt: 5000)
        clock.setWallClock(forwardBy: change)
        clock.followWallClock()
        #expect(clock.wallMilliseconds(of: 5000) == 5000)
    }

    @Test func followsAWallClockThatWasSetInSmallSteps() {
        let clock = CoarseClock(fixedAt: 5000)
        for _ in 0..<2 {
            clock.setWallClock(forwardBy: .milliseconds(400))
            clock.followWallClock()
        }
        #expect(clock.wallMilliseconds(of: 5000) == 5800)
    }

    @Test func datesNothingBeforeTheEpoch() {
        let clock = CoarseClock(fixedAt: 5000)
        clock.setWallClock(forwardBy: .seconds(-3))
        clock.followWallClock()
        #expect(clock.wallMilliseconds(of: 1000) == 0)
        #expect(clock.wallMilliseconds(of: 5000) == 2000)
    }

    @Test func standsStillWhereItIsFixed() {
        let clock = CoarseClock(fixedAt: 5000)
        #expect(clock.milliseconds == 5000)
        clock.advance(by: .milliseconds(250))
        #expect(clock.milliseconds == 5250)
    }

    @Test func isRoughlyTheSameWithinASecond() {
        let clock = CoarseClock()
        #expect(clock.roughMilliseconds <= clock.milliseconds)
        #expect(clock.roughMilliseconds + 1100 >= clock.milliseconds)
        let first = clock.roughMilliseconds(in: 5)
        // Until the kernel's next tick.
        spin { clock.milliseconds > first }
        #expect(clock.roughMilliseconds(in: 5) == first)
        #expect(clock.roughMilliseconds(in: 6) > first)
        // Set back.
        let second = clock.roughMilliseconds(in: 5)
        #expect(second > first)
        #expect(clock.roughMilliseconds(in: 5) == second)
        // Set back to the second of the last answer.
        spin { clock.milliseconds > second }
        clock.forgetRoughTime()
        #expect(clock.roughMilliseconds(in: 5) > second)
    }

    @Test func isExactWhereItIsFixed() {
        let clock = CoarseClock(fixedAt: 5000)
        #expect(clock.roughMilliseconds(in: 7) == 5000)
        clock.advance(by: .milliseconds(250))
        #expect(clock.roughMilliseconds(in: 7) == 5250)
    }

    @Test(arguments: [
        (Duration.milliseconds(7), 7 as UInt64), (.zero, 0), (.seconds(-5), 0),
        (.seconds(Int64.max), 32_000_000_000_000),
        (.microseconds(999), 0),
    ])
    func countsWholeMilliseconds(_ duration: Duration, _ milliseconds: UInt64) {
        #expect(duration.wholeMilliseconds == milliseconds)
    }
}
