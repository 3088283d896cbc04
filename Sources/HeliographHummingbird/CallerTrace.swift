#if Hummingbird
import HTTPTypes
import ServiceContextModule
import Telemetry

/// The trace that a request belongs to: that of its caller, or else the span that swift-distributed-tracing has around it.
struct CallerTrace: Sendable {
    private let caller: TraceContext?
    /// Kept for the end of the response, which no span is around; whether it has a trace is asked when an exemplar is due.
    private let spans: ServiceContext?
    private static let header = HTTPField.Name("traceparent")

    /// What the headers of a request say; a malformed header says nothing.
    init(_ headers: HTTPFields) {
        caller = Self.header.flatMap { headers[$0] }.flatMap { try? TraceContext(traceparent: $0) }
        spans = caller == nil ? ServiceContext.current : nil
    }

    /// Runs the handler of the request, or writes the body of the response, within the trace.
    @concurrent
    func around<Result: Sendable>(_ body: @concurrent () async throws -> Result) async throws -> Result {
        guard let caller else { return try await body() }
        return try await TraceContext.withCurrent(caller, body)
    }

    /// Emits an event of the request within the trace.
    func around(_ body: () -> Void) {
        if let caller { return TraceContext.withCurrent(caller, body) }
        if let spans { return ServiceContext.$current.withValue(spans, operation: body) }
        body()
    }
}
#endif
