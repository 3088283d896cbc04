/// A page that waits for collectors, which are told by their places in the list of all.
final class WaitingPage: Sendable {
    let deadline: ContinuousClock.Instant
    /// Those that it never waited for, as they have been running for too long.
    let stuck: [Int]
    /// Gets the metrics that the page has to leave out.
    let goOn: @Sendable ([Family]) -> Void

    init(
        until deadline: ContinuousClock.Instant, without stuck: [Int],
        goOn: @escaping @Sendable ([Family]) -> Void
    ) {
        self.deadline = deadline
        self.stuck = stuck
        self.goOn = goOn
    }
}
