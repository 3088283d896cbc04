#if Tracing
public import Tracing

/// A tracer that emits an event for each span of another one.
///
/// ```swift
/// InstrumentationSystem.bootstrap(ObservedTracer(tracer))
/// ```
///
/// What is sampled away is counted too. Thread-safe.
public struct ObservedTracer<Base: Tracer>: Tracer {
    /// The spans of the tracer behind it, observed.
    public typealias Span = ObservedSpan<Base.Span>

    private let base: Base

    /// Emits events for the spans of `base`.
    public init(_ base: Base) {
        self.base = base
    }

    /// A span of the tracer behind it, observed.
    public func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> Span {
        let start = instant()
        let span = base.startSpan(
            operationName, context: context(), ofKind: kind, at: start, function: function, file: fileID,
            line: line)
        return Span(span, kind: kind, start: start.nanosecondsSinceEpoch)
    }

    /// The span of that context while the tracer behind it has it, and while somebody holds it.
    public func activeSpan(identifiedBy context: ServiceContext) -> Span? {
        base.activeSpan(identifiedBy: context).flatMap { _ in context[ObservedSpanKey<Base.Span>.self]?.span }
    }

    /// Sends what the tracer behind it holds back.
    @available(*, deprecated)
    public func forceFlush() { base.forceFlush() }

    /// As the tracer behind it does.
    public func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        base.inject(context, into: &carrier, using: injector)
    }

    /// As the tracer behind it does.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        base.extract(carrier, into: &context, using: extractor)
    }
}
#endif
