/// The failures of one supervisor that still count against its intensity.
package struct RestartHistory: Sendable {
    /// What the supervisor does about a failure.
    package enum Action: Sendable, Equatable {
        /// Restart the child.
        case restart
        /// Stop every child and fail.
        case giveUp
    }

    private let intensity: RestartIntensity
    /// When they were, the earliest first; no more than it takes to give up.
    private(set) var failures = Queue<Duration>()

    /// Starts without failures.
    package init(_ intensity: RestartIntensity) {
        self.intensity = intensity
    }

    /// Counts a failure, a failed restart being one too; `instant` is the time since any fixed moment.
    package mutating func record(failureAt instant: Duration) -> Action {
        while let first = failures[0], first < instant - intensity.period { _ = failures.popFirst() }
        failures.append(instant)
        guard failures.count > intensity.maxRestarts else { return .restart }
        _ = failures.popFirst()
        return .giveUp
    }
}
