import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct TimestampTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000000Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (951_782_400_000_001, "2000-02-29T00:00:00.000001Z"),
        (1_709_251_199_999_999, "2024-02-29T23:59:59.999999Z"),
        (1_754_000_000_123_456, "2025-07-31T22:13:20.123456Z"),
        (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
        (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    ])
    func rendersUTCWithMicroseconds(microseconds: Int64, text: String) {
        #expect(rendered { appendTimestamp(microseconds, to: &$0) } == text)
    }
}
