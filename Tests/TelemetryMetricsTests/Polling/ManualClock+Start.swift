import TelemetryTesting

/// Times after the clock's start, which pollers count from.
extension ManualClock {
    /// Moves on to that time after the start.
    func move(to offset: Duration) {
        advance(by: now.duration(to: .after(offset)))
    }

    /// Waits for the task that sleeps until that time, and wakes it.
    func reach(_ offset: Duration) async throws {
        try await sleeper(until: .after(offset))
        move(to: offset)
    }
}

extension ManualClock.Instant {
    private static let start = ManualClock().now

    /// That time after the start.
    static func after(_ offset: Duration) -> Self { start.advanced(by: offset) }
}
