/// A handler emitted an event whose handlers run within it, and so on, until there were too many for the stack.
///
/// The handler that was to be called next fails with it, and is not called.
public struct NestedTooDeeply: Error, Equatable, CustomStringConvertible {
    /// Within how many handlers, in one thread, a handler may run.
    ///
    /// It is low, since two handlers that emit each other's event call one another twice as often with each level.
    @inlinable public static var limit: Int { 16 }

    @usableFromInline init() {}

    /// One sentence.
    public var description: String {
        "It was to run within \(Self.limit) other handlers: handlers emit each other's events."
    }
}
