extension SupervisionError: CustomStringConvertible {
    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .duplicateChild(let id): "Two children have the id '\(id)'; give one of them another."
        case .invalidIntensity(let intensity):
            "An intensity of \(intensity) is impossible; use 0 or more restarts and a period above zero."
        case .invalidShutdown(let id, let shutdown):
            "The shutdown \(shutdown) of child '\(id)' is impossible; use a timeout of zero or more."
        case .invalidBackoff(let id, let backoff):
            "The backoff of child '\(id)' from \(backoff.initial) to \(backoff.cap) is impossible; "
                + "use a first wait above zero and a cap that is not below it."
        case .significantPermanentChild(let id):
            "Child '\(id)' is significant and permanent; make it transient or temporary."
        case .significantWithoutAutoShutdown(let id):
            "Child '\(id)' is significant, but its supervisor never shuts down by itself; set autoShutdown."
        case .failedToStartChild(let id, let failure): "Child '\(id)' failed to start: \(failure)"
        case .tooManyRestarts(let id, let last, let intensity):
            "The children failed more often than \(intensity); the last to end, '\(id)', \(last)"
        case .stuck(let children, let cause):
            "These children did not end in time after they were cancelled, and were abandoned: "
                + children.joined(separator: ", ") + "."
                + (cause.map { " They were being stopped because: \($0)" } ?? "")
        case .alreadyRunning(let name): "Supervisor '\(name)' runs already."
        case .notRunning(let name): "Supervisor '\(name)' does not run or is stopping."
        case .alreadyStarted(let id): "Child '\(id)' is started already."
        case .alreadyPresent(let id): "Child '\(id)' exists already but is stopped; restart or delete it."
        case .notFound(let id): "There is no child '\(id)'."
        case .running(let id): "Child '\(id)' is running; terminate it first."
        case .restarting(let id): "Child '\(id)' is being restarted; terminate it first."
        case .maxChildren(let limit): "There are \(limit) children already, which is the limit."
        case .invalidMaxChildren(let limit): "At most \(limit) children is impossible; use 0 or more."
        }
    }
}
