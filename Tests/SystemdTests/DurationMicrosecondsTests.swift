import Testing

@testable import Systemd

@Suite(.timeLimit(.minutes(5)))
struct DurationMicrosecondsTests {
    @Test(arguments: [
        (Duration.zero, Int64(0)),
        (.nanoseconds(1999), 1),
        (.milliseconds(1500), 1_500_000),
        (.seconds(-2), -2_000_000),
        (.seconds(Int64.max), Int64.max),
        (.seconds(Int64.min), Int64.min),
    ])
    func clampsInsteadOfOverflowing(duration: Duration, microseconds: Int64) {
        #expect(duration.wholeMicroseconds == microseconds)
    }
}
