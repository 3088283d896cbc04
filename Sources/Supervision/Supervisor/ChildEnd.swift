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

/// The error that a child threw; two are equal when type and description of their errors are.
public struct ChildFailure: Sendable, Equatable, CustomStringConvertible {
    /// The error as thrown.
    public let error: any Error

    /// Wraps an error thrown by a child.
    public init(_ error: any Error) {
        self.error = error
    }

    /// The description of the error.
    public var description: String { String(describing: error) }

    /// Compares the types and descriptions of the errors.
    public static func == (left: ChildFailure, right: ChildFailure) -> Bool {
        type(of: left.error) == type(of: right.error)
            && String(reflecting: left.error) == String(reflecting: right.error)
    }

    /// The children that a nested supervisor had to abandon, which the one above must report in turn.
    func stuckDescendants(of id: String) -> [String] {
        guard case .stuck(let children, _) = error as? SupervisionError else { return [] }
        return children.map { "\(id)/\($0)" }
    }
}
