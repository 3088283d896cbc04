#if Hummingbird
import HTTPTypes
public import Hummingbird
import Telemetry

/// Emits `HTTPServerEvents` for each request, from its head to the last byte of its response.
///
/// Add it to the router first, so that it sees what other middlewares take. A `traceparent` header is taken over: while the request
/// is handled and its response's body is written, `TraceContext.current` is that of the caller, and exemplars name its trace. Without the
/// header, spans of swift-distributed-tracing around it count. Thread-safe; while nobody listens it costs three loads.
public struct TelemetryMiddleware<Context: RequestContext>: RouterMiddleware {
    private let collectedSize: Int

    /// For every request.
    ///
    /// - Parameter collectedSize: the length in bytes up to which a body of known length is collected before it is sent; -1 to collect
    ///   none. To see the last byte of a body it is wrapped, and Hummingbird then writes the head, the body and its end one by one. What
    ///   is collected goes out in one write, as without this middleware; such a request ends when the whole response is handed to
    ///   Hummingbird, and one whose body throws, or writes more than `collectedSize`, is answered 500. A body that is written slowly
    ///   reaches the client at its end only.
    public init(collectingUpTo collectedSize: Int = 64 << 10) {
        self.collectedSize = collectedSize
    }

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
            response.body = try await running.observe(
                response.body, route: Self.route(of: context), status: response.status.code,
                collectingUpTo: collectedSize)
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
