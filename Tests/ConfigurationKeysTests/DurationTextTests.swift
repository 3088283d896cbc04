import Testing

@testable import ConfigurationKeys

@Suite(.timeLimit(.minutes(5)))
struct DurationTextTests {
    @Test(arguments: [
        ("10m", Duration.seconds(600)), ("1h30m", .seconds(5400)), ("500ms", .milliseconds(500)),
        ("1w2d3h4m5s6ms", .milliseconds(788_645_006)), ("0", .zero), ("0s", .zero), ("30", .seconds(30)),
        ("0.5", .milliseconds(500)), ("1.000000001", .seconds(1) + .nanoseconds(1)), ("007", .seconds(7)),
        ("5217w", .seconds(3_155_241_600)),
    ])
    func parses(text: String, duration: Duration) {
        #expect(DurationText.parse(text) == duration)
    }

    @Test(arguments: [
        "", " ", "m", "-1", "+1", "1.", ".5", "1.2.3", "1.5h", "1e3", "10M", "10 m", "30m1h", "1h1h", "1ms1s",
        "1.0000000001", "1y", "inf", "nan", "999999999999w", "9999999999999", "99999999999999999999s",
        "5300w", "1h30",
        "１m", "1m\n",
    ])
    func refuses(text: String) {
        #expect(DurationText.parse(text) == nil)
    }
}
