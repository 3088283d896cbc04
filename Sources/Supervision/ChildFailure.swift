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
}
