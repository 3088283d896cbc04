public import Instrumentation
import ServiceContextModule
public import Telemetry

/// Takes the trace of a request over, and hands it on, by the W3C header `traceparent`: for an application without a tracer.
///
/// `InstrumentationSystem.bootstrap(TracePropagator())`, once at the start of the process. Servers and clients that know
/// swift-distributed-tracing then carry the trace along, exemplars show it, and `Logger.MetadataProvider.trace` logs it.
/// See <https://www.w3.org/TR/trace-context>.
public struct TracePropagator: Instrument {
    /// Makes one; all are alike.
    public init() {}

    /// Takes the trace out of a header; a malformed one is none, as the recommendation asks.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let header = extractor.extract(key: "traceparent", from: carrier) else { return }
        context.traceContext = try? TraceContext(traceparent: header)
    }

    /// Puts the trace of the context into a header, where it has one.
    public func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.traceContext else { return }
        injector.inject(trace.traceparent, forKey: "traceparent", into: &carrier)
    }
}

extension ServiceContext {
    /// The trace that a `TracePropagator` took over.
    public var traceContext: TraceContext? {
        get { self[TraceContextKey.self] }
        set { self[TraceContextKey.self] = newValue }
    }
}

private enum TraceContextKey: ServiceContextKey {
    typealias Value = TraceContext
    static let nameOverride: String? = "traceparent"
}
