#if Tracing
public import Telemetry
public import Tracing

/// The events of spans of an `ObservedTracer`.
public enum TracingEvents {
    /// A span has ended; emitted within its trace: `tracing.span.stop`.
    public static let stop = Event<Ended>("tracing.span.stop")

    /// The names of all of them.
    static let names = ["tracing.span.stop"]

    /// A span that has ended.
    public struct Ended: Sendable {
        /// The name of its operation, as it was at the end.
        public let operation: String
        /// Which side of which communication it stands for.
        public let kind: SpanKind
        /// Whether an error was recorded in it, or its status is one.
        public let isError: Bool
        /// From its start to its end, by the instants that the tracer was given.
        public let duration: Duration
    }
}
#endif
