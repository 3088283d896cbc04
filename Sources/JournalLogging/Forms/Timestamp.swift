/// The times whose year in UTC has the four digits of RFC 3339, 0000 to 9999, in microseconds since 1970.
let datedTimes: ClosedRange<Int64> = -62_167_219_200_000_000...253_402_300_799_999_999

/// Appends a time, in microseconds since 1970, as RFC 3339 in UTC with six decimals; outside `datedTimes`, the nearest of those.
///
/// The date is computed as in https://howardhinnant.github.io/date_algorithms.html (civil_from_days).
func appendTimestamp(_ time: Int64, to bytes: inout [UInt8]) {
    let microseconds = time.clamped(to: datedTimes)
    let microsecondsPerDay: Int64 = 86_400_000_000
    let days = floorDivision(microseconds, microsecondsPerDay)
    let ofDay = microseconds - days * microsecondsPerDay
    let date = civilDate(daysSince1970: days)
    appendDigits(date.year, 4, to: &bytes)
    appendPart("-", date.month, to: &bytes)
    appendPart("-", date.day, to: &bytes)
    appendPart("T", ofDay / 3_600_000_000, to: &bytes)
    appendPart(":", ofDay / 60_000_000 % 60, to: &bytes)
    appendPart(":", ofDay / 1_000_000 % 60, to: &bytes)
    bytes.append(UInt8(ascii: "."))
    appendDigits(ofDay % 1_000_000, 6, to: &bytes)
    bytes.append(UInt8(ascii: "Z"))
}

private func civilDate(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = daysSince1970 + 719_468
    let era = floorDivision(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
}

private func floorDivision(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
}

private func appendPart(_ separator: Unicode.Scalar, _ value: Int64, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: separator))
    appendDigits(value, 2, to: &bytes)
}

private func appendDigits(_ value: Int64, _ count: Int, to bytes: inout [UInt8]) {
    var divisor: Int64 = 1
    for _ in 1..<count { divisor *= 10 }
    while divisor > 0 {
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
        divisor /= 10
    }
}

extension Int64 {
    /// The nearest number of a range.
    func clamped(to range: ClosedRange<Int64>) -> Int64 {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
