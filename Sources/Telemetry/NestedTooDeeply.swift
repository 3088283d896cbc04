/// A handler emitted an event whose handlers run within it, and so on, until there were too many for the stack.
///
/// The handler that was to be called next fails with it, and is not called.
public struct NestedTooDeeply: Error, Equatable, CustomStringConvertible {
    /// Within how many handlers, in one thread, a handler may run.
    @inlinable public static var limit: Int { 64 }

    @usableFromInline init() {}

    /// One sentence.
    public var description: String {
        "It was to run within \(Self.limit) other handlers: handlers emit each other's events."
    }
}
