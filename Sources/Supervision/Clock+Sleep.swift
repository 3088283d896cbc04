extension Duration {
    /// 136 years: a clock that is asked for much more overflows.
    static let longestSleep = Duration.seconds(1 << 32)

    /// The same within what a clock can sleep for.
    var sleepable: Duration { min(max(self, .zero), .longestSleep) }
}

extension Clock<Duration> {
    /// Sleeps for any duration without overflow: a negative one is none, a longer one than 136 years is that.
    package func sleep(upTo duration: Duration) async throws {
        try await sleep(for: duration.sleepable)
    }
}
