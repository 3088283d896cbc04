import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TimeTests {
    @Test(arguments: [
        (Duration.zero, Int64(0)), (.nanoseconds(-1), -1), (.seconds(3) + .nanoseconds(7), 3_000_000_007),
        (.milliseconds(-1500), -1_500_000_000), (.nanoseconds(Int64.max), .max),
        (.nanoseconds(Int64.min), .min),
        (.nanoseconds(Int64.max) + .nanoseconds(1), .max), (.nanoseconds(Int64.min) - .nanoseconds(1), .min),
        (.seconds(Int64.max), .max), (.seconds(Int64.min), .min),
    ])
    func countsWholeNanosecondsAndSaturates(duration: Duration, expected: Int64) {
        #expect(duration.wholeNanoseconds == expected)
    }

    @Test(arguments: [(Duration.milliseconds(1500), 1.5), (.seconds(-2), -2), (.nanoseconds(1), 1e-9)])
    func countsSeconds(duration: Duration, expected: Double) {
        #expect(duration.inSeconds == expected)
    }

    @Test
    func theMonotonicClockNeverGoesBack() {
        let first = MonotonicTime.nanoseconds
        #expect(first <= MonotonicTime.nanoseconds)
    }
}
