// What of clocks is Linux's, and what stands in for it elsewhere: docs/decisions/0022-telemetry-on-a-mac.md.
#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The wall clock.
package enum SystemTime {
    /// The time since the Unix epoch.
    package static var now: Duration {
        let time = clock(CLOCK_REALTIME)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

/// The clock that never goes back, as a number.
package enum MonotonicTime {}

#if canImport(Glibc) && !HELIOGRAPH_PORTABLE
extension MonotonicTime {
    /// Nanoseconds since an arbitrary start.
    package static var nanoseconds: Int64 {
        let time = clock(CLOCK_MONOTONIC)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// Milliseconds since the machine started, with those that it was suspended.
    package static var millisecondsSinceBoot: UInt64 { milliseconds(of: CLOCK_BOOTTIME) }

    /// Milliseconds since the start of `nanoseconds` at the kernel's last tick, which is cheaper to ask for.
    package static var coarseMilliseconds: UInt64 { milliseconds(of: CLOCK_MONOTONIC_COARSE) }

    @inline(__always)
    private static func milliseconds(of id: clockid_t) -> UInt64 {
        let time = clock(id)
        return UInt64(truncatingIfNeeded: time.tv_sec) &* 1000
            &+ UInt64(truncatingIfNeeded: time.tv_nsec) / 1_000_000
    }
}
#else
extension MonotonicTime {
    private static let start = SuspendingClock.now

    /// Nanoseconds since this was first asked for.
    package static var nanoseconds: Int64 { (SuspendingClock.now - start).wholeNanoseconds }
}
#endif

private func clock(_ id: clockid_t) -> timespec {
    var time = timespec()
    // Fails for an unknown clock only; these always exist.
    _ = unsafe clock_gettime(id, &time)
    return time
}
