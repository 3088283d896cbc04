/// The failures of one supervisor that still count against its intensity.
package struct RestartHistory: Sendable, Equatable {
    /// What the supervisor does about a failure.
    package enum Action: Sendable, Equatable {
        /// Restart the child.
        case restart
        /// Stop every child and fail.
        case giveUp
    }

    private let intensity: RestartIntensity
    private var failures: [Duration] = []

    /// Starts without failures.
    package init(_ intensity: RestartIntensity) {
        self.intensity = intensity
    }

    /// Counts a failure, a failed restart being one too; `instant` is the time since any fixed moment.
    package mutating func record(failureAt instant: Duration) -> Action {
        failures.removeAll { $0 < instant - intensity.period }
        failures.append(instant)
        return failures.count > intensity.maxRestarts ? .giveUp : .restart
    }
}
