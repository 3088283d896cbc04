import ConfigurationKeys
import Linux

/// Points in time as a command line has them.
enum TimeText {
    /// What is taken, for a sentence.
    static let expectation = "an age such as 10m, or a time such as 2026-11-30 or \"2026-11-30 10:04:05\""

    /// Microseconds since 1970 of an age, or of a date with a time or without, in local time or at `Z` or `+01:00`.
    ///
    /// - Returns: nil for what is none of these, or no day of the calendar.
    static func parse(_ text: String, now: Int64) -> Int64? {
        if let age = DurationText.parse(text) {
            return now - age.components.seconds * 1_000_000 - age.components.attoseconds / 1_000_000_000_000
        }
        guard
            let parts = text.wholeMatch(
                of:
                    #/(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:\d\d)?)?/#
            )
        else { return nil }
        let numbers = [parts.1, parts.2, parts.3, parts.4 ?? "0", parts.5 ?? "0", parts.6 ?? "0"]
            .compactMap { Int32($0) }
        guard let seconds = seconds(numbers, zone: parts.8) else { return nil }
        let fraction = parts.7.map { $0 + String(repeating: "0", count: 6 - $0.count) } ?? "0"
        return Int64(fraction).map { seconds * 1_000_000 + $0 }
    }

    private static func seconds(_ numbers: [Int32], zone: Substring?) -> Int64? {
        let reading = LocalTime.Reading(
            year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3], minute: numbers[4],
            second: numbers[5])
        guard let seconds = LocalTime.seconds(reading, isUTC: zone != nil), let offset = offset(zone) else {
            return nil
        }
        return seconds - offset
    }

    /// Seconds that a zone is ahead of UTC.
    private static func offset(_ zone: Substring?) -> Int64? {
        guard let zone, zone != "Z" else { return 0 }
        let parts = zone.dropFirst().split(separator: ":").compactMap { Int64($0) }
        guard parts.count == 2, parts[0] < 24, parts[1] < 60 else { return nil }
        return (zone.hasPrefix("-") ? -1 : 1) * (parts[0] * 3600 + parts[1] * 60)
    }
}
