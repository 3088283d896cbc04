import Instrumentation
import ServiceContextModule
import Telemetry

/// The trace that swift-distributed-tracing knows of, for exemplars.
///
/// Tracers keep their span under a key of their own; what they have in common is that they inject the W3C header
/// `traceparent`, which is read here. That allocates, so it is asked only when an exemplar is due.
enum TracingContext {
    /// The trace of the running task, nil outside of spans or where no tracer that speaks W3C Trace Context is installed.
    @Sendable
    static func current() -> TraceContext? {
        guard let context = ServiceContext.current else { return nil }
        var header: String?
        InstrumentationSystem.instrument.inject(context, into: &header, using: HeaderInjector())
        return header.flatMap { try? TraceContext(traceparent: $0) }
    }

    private struct HeaderInjector: Injector {
        func inject(_ value: String, forKey key: String, into header: inout String?) {
            if key.lowercased() == "traceparent" { header = value }
        }
    }
}
