#if Tracing
import Synchronization
public import Tracing
import Telemetry

/// A span of an `ObservedTracer`, which emits an event at its end; thread-safe where the span behind it is.
public final class ObservedSpan<Base: Span>: Span {
    private let base: Base
    private let kind: SpanKind
    /// Nanoseconds since the Unix epoch.
    private let start: UInt64
    private let hasError = Atomic(false)
    private let wasCancelled = Atomic(false)
    private let hasErrorStatus = Atomic(false)
    private let isOver = Atomic(false)

    init(_ base: Base, kind: SpanKind, start: UInt64) {
        self.base = base
        self.kind = kind
        self.start = start
    }

    /// That of the span behind it, by which the tracer finds this one.
    public var context: ServiceContext {
        var context = base.context
        context[ObservedSpanKey<Base>.self] = WeakSpan(span: self)
        return context
    }

    /// That of the span behind it.
    public var operationName: String {
        get { base.operationName }
        set { base.operationName = newValue }
    }

    /// That of the span behind it.
    public var attributes: SpanAttributes {
        get { base.attributes }
        set { base.attributes = newValue }
    }

    /// Whether the span behind it records.
    public var isRecording: Bool { base.isRecording }

    /// Sets that of the span behind it.
    public func setStatus(_ status: SpanStatus) {
        hasErrorStatus.store(status.code == .error, ordering: .relaxed)
        base.setStatus(status)
    }

    /// Adds it to the span behind it.
    public func addEvent(_ event: SpanEvent) { base.addEvent(event) }

    /// Records it in the span behind it.
    public func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        if error is CancellationError || Task.isCancelled {
            wasCancelled.store(true, ordering: .relaxed)
        } else {
            hasError.store(true, ordering: .relaxed)
        }
        base.recordError(error, attributes: attributes, at: instant())
    }

    /// Adds it to the span behind it.
    public func addLink(_ link: SpanLink) { base.addLink(link) }

    /// Ends the span behind it, and emits `TracingEvents.stop` within its trace, the first time.
    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let end = instant()
        base.end(at: end)
        guard !isOver.exchange(true, ordering: .relaxed), TracingEvents.stop.isObserved else { return }
        let (elapsed, isEarlier) = end.nanosecondsSinceEpoch.subtractingReportingOverflow(start)
        let ended = TracingEvents.Ended(
            operation: base.operationName, kind: kind,
            outcome: outcome,
            duration: isEarlier ? .zero : .nanoseconds(Int64(clamping: elapsed)))
        ServiceContext.withValue(base.context) { TracingEvents.stop.emit(eagerly: ended) }
    }

    /// A status of error says nothing of what was cancelled: `withSpan` sets it for whatever was thrown.
    private var outcome: TracingEvents.Outcome {
        if hasError.load(ordering: .relaxed) { return .failed }
        if wasCancelled.load(ordering: .relaxed) { return .cancelled }
        return hasErrorStatus.load(ordering: .relaxed) ? .failed : .completed
    }
}

/// The span that a context was taken from; contexts outlive spans, and are handed on to those within.
struct WeakSpan<Base: Span>: Sendable {
    weak var span: ObservedSpan<Base>?
}

enum ObservedSpanKey<Base: Span>: ServiceContextKey {
    typealias Value = WeakSpan<Base>
}
#endif
