import Threads

/// A handler emitted an event whose handlers run within it, and so on, until there were too many for the stack.
///
/// The handler that was to be called next fails with it, and is not called.
public struct NestedTooDeeply: Error, Equatable, CustomStringConvertible {
    /// Within how many handlers, in one thread, a handler may run.
    public static let limit = 64

    /// One sentence.
    public var description: String {
        "It was to run within \(Self.limit) other handlers: handlers emit each other's events."
    }
}

/// Handlers of the running thread, one within the other.
enum NestedDispatch {
    /// Runs `body` one level deeper; what is of failures, which is asked only there, may go some levels beyond the limit, to tell of it.
    ///
    /// - Throws: `NestedTooDeeply` past the limit, and what `body` throws.
    @inline(__always)
    static func enter(isOfFailure: @autoclosure () -> Bool, _ body: () throws -> Void) throws {
        let depth = HandlerDepth.enter()
        defer { HandlerDepth.leave() }
        guard depth < NestedTooDeeply.limit || depth < mostOfFailures && isOfFailure() else {
            throw NestedTooDeeply()
        }
        try body()
    }

    private static let mostOfFailures = NestedTooDeeply.limit + 8
}
