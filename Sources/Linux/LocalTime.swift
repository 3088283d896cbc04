import Glibc

/// The local time of this machine and of `$TZ`.
package enum LocalTime {
    /// A time as calendars and clocks show it.
    package struct Reading: Sendable, Equatable {
        /// Year, month and day, from 1.
        package let year, month, day: Int32
        /// Hour, minute and second, from 0.
        package let hour, minute, second: Int32

        /// A time from its parts, which may be out of range.
        package init(year: Int32, month: Int32, day: Int32, hour: Int32, minute: Int32, second: Int32) {
            (self.year, self.month, self.day) = (year, month, day)
            (self.hour, self.minute, self.second) = (hour, minute, second)
        }
    }

    /// Seconds since 1970 of a time that clocks here show, or those at UTC; nil where none ever shows it.
    package static func seconds(_ reading: Reading, isUTC: Bool) -> Int64? {
        var parts = unsafe tm()
        unsafe (parts.tm_year, parts.tm_mon, parts.tm_mday) = (
            reading.year - 1900, reading.month - 1, reading.day
        )
        unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec) = (reading.hour, reading.minute, reading.second)
        // Whether it is summer time is the system's to know.
        unsafe parts.tm_isdst = -1
        let seconds = unsafe isUTC ? timegm(&parts) : mktime(&parts)
        // The 30th of February has become one of March.
        let found = unsafe Reading(
            year: parts.tm_year + 1900, month: parts.tm_mon + 1, day: parts.tm_mday, hour: parts.tm_hour,
            minute: parts.tm_min, second: parts.tm_sec)
        return found == reading ? Int64(seconds) : nil
    }
}
