#if GRPC
public import GRPCCore
import Telemetry

/// Emits `CallEvents` for the calls of a client, until their last message is taken.
///
/// A call whose messages are not taken to the end counts as cancelled, and so does one whose task is cancelled before. Thread-safe.
public struct TelemetryClientInterceptor: ClientInterceptor {
    /// For every call.
    public init() {}

    /// Passes the call on.
    ///
    /// - Throws: what is behind it throws, after saying so.
    @concurrent
    public func intercept<Input: Sendable, Output: Sendable>(
        request: StreamingClientRequest<Input>, context: ClientContext,
        next:
            @concurrent (StreamingClientRequest<Input>, ClientContext) async throws ->
            StreamingClientResponse<Output>
    ) async throws -> StreamingClientResponse<Output> {
        guard CallEvents.clientStop.isObserved || CallEvents.clientStart.isObserved else {
            return try await next(request, context)
        }
        let call = RunningCall(
            context.descriptor, start: CallEvents.clientStart, stop: CallEvents.clientStop)
        do {
            var response = try await next(request, context)
            switch response.accepted {
            case .failure(let error): call.end(error)
            case .success(var contents):
                contents.bodyParts = RPCAsyncSequence(
                    wrapping: ObservedParts<Output>(base: contents.bodyParts, call: call))
                response.accepted = .success(contents)
            }
            return response
        } catch {
            call.end(error)
            throw error
        }
    }
}

/// The parts of a response, whose end is that of the call.
private struct ObservedParts<Message: Sendable>: AsyncSequence, Sendable {
    typealias Part = StreamingClientResponse<Message>.Contents.BodyPart
    typealias Element = Part
    typealias Failure = any Error

    let base: RPCAsyncSequence<Part, any Error>
    let call: RunningCall

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: base.makeAsyncIterator(), call: call)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: RPCAsyncSequence<Part, any Error>.AsyncIterator
        let call: RunningCall
        private var hasTrailers = false

        init(base: RPCAsyncSequence<Part, any Error>.AsyncIterator, call: RunningCall) {
            self.base = base
            self.call = call
        }

        mutating func next() async throws -> Part? { try await next(isolation: nil) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> Part? {
            do {
                guard let part = try await base.next(isolation: actor) else {
                    // A sequence of a cancelled task just ends, without the metadata that come last.
                    call.end(Task.isCancelled && !hasTrailers ? .cancelled : .ok)
                    return nil
                }
                if case .trailingMetadata = part { hasTrailers = true }
                return part
            } catch {
                call.end(error)
                throw error
            }
        }
    }
}
#endif
