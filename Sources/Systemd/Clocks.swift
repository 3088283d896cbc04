import Glibc

/// Microseconds of the monotonic clock, as the service manager wants them.
func monotonicMicroseconds() -> Int64 {
    microseconds(of: CLOCK_MONOTONIC)
}

/// Microseconds since 1970 by the wall clock.
package func wallClockMicroseconds() -> Int64 {
    microseconds(of: CLOCK_REALTIME)
}

/// How far the local time is ahead of UTC at a moment, given in seconds since 1970.
package func secondsEastOfGreenwich(at seconds: Int64) -> Int {
    var time = time_t(seconds)
    var local = unsafe tm()
    guard unsafe localtime_r(&time, &local) != nil else { return 0 }
    return unsafe local.tm_gmtoff
}

private func microseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
}

extension Duration {
    /// Microseconds, rounded down, and held within what an `Int64` can say.
    var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, isTooLarge) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        guard !isTooLarge else { return seconds < 0 ? .min : .max }
        return sum
    }
}
