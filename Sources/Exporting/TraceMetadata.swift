public import Logging
import Telemetry

extension Logger.MetadataProvider {
    /// `trace_id` and `span_id` of the running task, where it is within a trace: of `TraceContext.withCurrent`, or of the tracer
    /// that is bootstrapped.
    public static var trace: Logger.MetadataProvider {
        Logger.MetadataProvider {
            guard let trace = TraceContext.current else { return [:] }
            return ["trace_id": "\(trace.traceID)", "span_id": "\(trace.spanText)"]
        }
    }
}
