import Glibc
import Testing

@testable import HeliographCommand

@Suite(.timeLimit(.minutes(5)))
struct TimeTextTests {
    private static let now: Int64 = 1_764_495_845_000_000

    @Test(arguments: [
        ("0", now), ("10m", now - 600_000_000), ("1h30m", now - 5_400_000_000), ("500ms", now - 500_000),
        ("2025-11-30T09:44:05Z", now), ("2025-11-30 10:44:05+01:00", now), ("2025-11-30 04:14:05-05:30", now),
        ("2025-11-30T09:44:05.25Z", now + 250_000), ("2025-11-30T09:44Z", now - 5_000_000),
        ("1970-01-01T00:00Z", 0), ("2024-02-29T00:00Z", 1_709_164_800_000_000),
    ])
    func reads(text: String, time: Int64) {
        #expect(TimeText.parse(text, now: Self.now) == time)
    }

    @Test(arguments: [
        "", "yesterday", "2025-11-31T00:00Z", "2025-02-29T00:00Z", "2025-13-01T00:00Z", "2025-11-30T24:00Z",
        "2025-11-30T10:60Z", "2025-11-30T10:00:60Z", "2025-11-30Z", "2025-1-1", "-10m",
        "2025-11-30T10:00+24:00",
        "2025-11-30T10:00:00.1234567Z", "99999-01-01",
    ])
    func refuses(text: String) {
        #expect(TimeText.parse(text, now: Self.now) == nil)
    }

    @Test func isLocalWithoutAZone() async {
        await #expect(processExitsWith: .success) {
            unsafe setenv("TZ", "XYZ-2", 1)
            tzset()
            #expect(TimeText.parse("2025-11-30 11:44:05", now: 0) == 1_764_495_845_000_000)
            #expect(TimeText.parse("2025-11-30", now: 0) == 1_764_453_600_000_000)
        }
    }
}
