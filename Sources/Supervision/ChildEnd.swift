/// How a child came to its end.
public enum ChildEnd: Sendable, Equatable, CustomStringConvertible {
    /// It returned although nobody had stopped it.
    case returned
    /// It returned, or threw `CancellationError`, because its supervisor stopped it.
    case stopped
    /// It threw; a `CancellationError` only counts here when nobody had stopped the child.
    case failed(ChildFailure)
    /// It was cancelled and not waited for, as ``ChildShutdown/brutal`` asks.
    case abandoned

    /// A clause that continues "the child …".
    public var description: String {
        switch self {
        case .returned: "returned"
        case .stopped: "was stopped"
        case .failed(let failure): "failed: \(failure)"
        case .abandoned: "was cancelled and abandoned"
        }
    }

    /// Classifies what a child did after its supervisor had cancelled it; nil means that it returned.
    init(whileStopping failure: ChildFailure?) {
        guard let failure, !(failure.error is CancellationError) else {
            self = .stopped
            return
        }
        self = .failed(failure)
    }

    /// Classifies what a child did by itself; nil means that it returned.
    init(byItself failure: ChildFailure?) {
        self = failure.map(ChildEnd.failed) ?? .returned
    }
}
