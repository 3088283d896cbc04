/// What a child's body is given to report that it is up.
public struct ChildContext: Sendable {
    /// The id of the child's spec.
    public let id: String
    private let signal: @Sendable () -> Void

    init(id: String, signal: @escaping @Sendable () -> Void) {
        self.id = id
        self.signal = signal
    }

    /// Says that the child is up, so that the supervisor goes on to the next; calling it again does nothing.
    ///
    /// Callable from any thread. Throwing before this call is a failed start, throwing after it a failure.
    public func ready() {
        signal()
    }
}
