#if GRPC
import GRPCCore
import Synchronization
import Telemetry

/// A call between its start and its end, which is said once; thread-safe.
///
/// What nobody ends was cancelled, and ends when it is released.
final class RunningCall: Sendable {
    private let method: MethodDescriptor
    private let stop: Event<CallEvents.Ended>
    private let trace: TraceContext?
    private let began = ContinuousClock.now
    private let isOver = Atomic(false)

    init(
        _ method: MethodDescriptor, start: Event<CallEvents.Started>, stop: Event<CallEvents.Ended>,
        trace: TraceContext? = nil
    ) {
        self.method = method
        self.stop = stop
        self.trace = trace
        start.emit(CallEvents.Started(method: method))
    }

    deinit { end(.cancelled) }

    func end(_ status: Status.Code) {
        guard !isOver.exchange(true, ordering: .relaxed), stop.isObserved else { return }
        let ended = CallEvents.Ended(method: method, status: status, duration: ContinuousClock.now - began)
        guard let trace else { return stop.emit(eagerly: ended) }
        TraceContext.withCurrent(trace) { stop.emit(eagerly: ended) }
    }

    /// Says the end by what was thrown.
    func end(_ error: any Error) {
        switch error {
        case let error as RPCError: end(Status.Code(error.code))
        case let error as any RPCErrorConvertible: end(Status.Code(error.rpcErrorCode))
        case is CancellationError: end(.cancelled)
        default: end(.unknown)
        }
    }
}
#endif
