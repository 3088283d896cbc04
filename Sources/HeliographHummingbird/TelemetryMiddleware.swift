#if Hummingbird
import HTTPTypes
public import Hummingbird
import Telemetry

/// Emits `HTTPServerEvents` for each request, from its head to the last byte of its response.
///
/// Add it to the router first, so that it sees what other middlewares take. A `traceparent` header is taken over: while the request
/// is handled, `TraceContext.current` is that of the caller, and exemplars name its trace. Without the header, spans of
/// swift-distributed-tracing around it count. Thread-safe; while nobody listens it costs four loads.
public struct TelemetryMiddleware<Context: RequestContext>: RouterMiddleware {
    /// For every request.
    public init() {}

    /// Passes the request on.
    ///
    /// - Throws: what is behind it throws, after saying so.
    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard HTTPServerEvents.isObserved else { return try await next(request, context) }
        let running = RunningRequest(request)
        running.begin()
        do {
            var response = try await running.trace.around { try await next(request, context) }
            response.body = running.observe(
                response.body, route: Self.route(of: context), status: response.status.code)
            return response
        } catch {
            running.handlerThrew(error, route: Self.route(of: context))
            throw error
        }
    }

    /// The template that matched: Hummingbird's begin with `/`, and what it says instead of one does not.
    private static func route(of context: Context) -> String {
        guard let path = context.endpointPath, path.utf8.first == UInt8(ascii: "/") else { return "" }
        return path
    }
}
#endif
