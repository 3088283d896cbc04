import CSystemd

/// How often the service manager wants to hear `Notifier.pingWatchdog`.
package struct Watchdog: Sendable, Equatable {
    /// Silence for this long gets the service killed.
    package let interval: Duration

    /// A third of the interval, so that two pings may come late.
    package var pingInterval: Duration { interval / 3 }

    /// Expects a ping at least every `interval`.
    package init(interval: Duration) {
        self.interval = interval
    }

    /// Reads `$WATCHDOG_USEC` and `$WATCHDOG_PID`; nil when no watchdog watches this process.
    package static func fromEnvironment() throws(SystemdError) -> Watchdog? {
        var microseconds: UInt64 = 0
        let result = unsafe sd_watchdog_enabled(0, &microseconds)
        guard result >= 0 else { throw .watchdogEnvironmentUnusable(errno: -result) }
        guard result > 0 else { return nil }
        return Watchdog(interval: .microseconds(Int64(clamping: microseconds)))
    }
}
