import Glibc

/// The wall clock.
package enum SystemTime {
    /// The time since the Unix epoch.
    package static var now: Duration {
        let time = clock(CLOCK_REALTIME)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

/// The clock that never goes back, as a number.
package enum MonotonicTime {
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

private func clock(_ id: clockid_t) -> timespec {
    var time = timespec()
    // Fails for an unknown clock only; these always exist.
    _ = unsafe clock_gettime(id, &time)
    return time
}

extension Duration {
    /// The wait after a streak of so many failures: this long after the first, doubled with each further one, at most `most`.
    package func doubled(afterFailures failures: Int, upTo most: Duration) -> Duration {
        var wait = min(self, most)
        // Zero and negative waits don't grow by doubling.
        guard wait > .zero else { return wait }
        for _ in 1..<max(failures, 1) {
            // Compared before doubling, so that no number of failures overflows, nor takes long.
            guard wait < most / 2 else { return most }
            wait *= 2
        }
        return wait
    }

    /// The duration in nanoseconds, at most `Int64.max`.
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carry) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carry ? (seconds < 0 ? .min : .max) : sum
    }

    /// The duration in seconds, as Prometheus counts them.
    package var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
