import Glibc
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct CoarseClockTests {
    @Test func beginsAtTheTimeOfTheMachine() {
        let clock = CoarseClock()
        let before = UInt64(time(nil)) * 1000
        let now = clock.milliseconds
        #expect(now + 2000 >= before)
        #expect(now <= UInt64(time(nil)) * 1000 + 2000)
        #expect(clock.milliseconds >= now)
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
