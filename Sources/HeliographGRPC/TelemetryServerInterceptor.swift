#if GRPC
public import GRPCCore
import Telemetry

/// Emits `CallEvents` for the calls of a server, until their last message is sent.
///
/// A `traceparent` of the caller is taken over: while the call is handled, `TraceContext.current` is its. Thread-safe.
public struct TelemetryServerInterceptor: ServerInterceptor {
    /// For every call.
    public init() {}

    /// Passes the call on.
    ///
    /// - Throws: what is behind it throws, after saying so.
    @concurrent
    public func intercept<Input: Sendable, Output: Sendable>(
        request: StreamingServerRequest<Input>, context: ServerContext,
        next:
            @concurrent @Sendable (StreamingServerRequest<Input>, ServerContext) async throws ->
            StreamingServerResponse<
                Output
            >
    ) async throws -> StreamingServerResponse<Output> {
        guard CallEvents.serverStop.isObserved || CallEvents.serverStart.isObserved else {
            return try await next(request, context)
        }
        let trace = Self.trace(of: request.metadata)
        let call = RunningCall(
            context.descriptor, start: CallEvents.serverStart, stop: CallEvents.serverStop, trace: trace)
        do {
            let response = try await Self.within(trace) { try await next(request, context) }
            return Self.observe(response, call, trace)
        } catch {
            call.end(error)
            throw error
        }
    }

    private static func observe<Output: Sendable>(
        _ response: StreamingServerResponse<Output>, _ call: RunningCall, _ trace: TraceContext?
    ) -> StreamingServerResponse<Output> {
        switch response.accepted {
        case .failure(let error):
            call.end(error)
            return response
        case .success(let contents):
            return StreamingServerResponse(metadata: contents.metadata) { writer in
                do {
                    let trailing = try await within(trace) { try await contents.producer(writer) }
                    call.end(.ok)
                    return trailing
                } catch {
                    call.end(error)
                    throw error
                }
            }
        }
    }

    private static func trace(of metadata: Metadata) -> TraceContext? {
        metadata[stringValues: "traceparent"].first { _ in true }
            .flatMap { try? TraceContext(traceparent: $0) }
    }

    private nonisolated(nonsending) static func within<Result>(
        _ trace: TraceContext?, _ body: nonisolated(nonsending) () async throws -> Result
    ) async throws -> Result {
        guard let trace else { return try await body() }
        return try await TraceContext.withCurrent(trace, body)
    }
}
#endif
