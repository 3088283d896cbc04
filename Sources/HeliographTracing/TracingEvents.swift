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
        /// How it ended.
        public let outcome: Outcome
        /// From its start to its end, by the instants that the tracer was given.
        public let duration: Duration
    }

    /// How a span ended.
    public enum Outcome: String, LabelValue, CaseIterable, Sendable {
        /// No error was recorded in it, and its status is none.
        case completed
        /// An error was recorded in it, or its status is one.
        case failed
        /// What was recorded is a cancellation, or an error while the task was cancelled.
        case cancelled
    }
}
#endif
