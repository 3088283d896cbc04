import Synchronization

/// What ties the events of one span together.
public struct SpanContext: Sendable, Equatable {
    /// Unique within the process.
    public let id: UInt64
    /// The `id` of the span around it in the same task, if any.
    public let parent: UInt64?

    /// The innermost span of the running task.
    @TaskLocal public static var current: SpanContext?

    private static let last = Atomic<UInt64>(0)

    /// A new span inside the current one.
    static func next() -> SpanContext {
        SpanContext(id: last.wrappingAdd(1, ordering: .relaxed).newValue, parent: current?.id)
    }
}
