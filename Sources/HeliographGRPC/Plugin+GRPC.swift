#if GRPC
public import Exporting
import GRPCCore
import Telemetry
import TelemetryMetrics

extension Plugin {
    /// Calls of gRPC that `TelemetryServerInterceptor` and `TelemetryClientInterceptor` see, by method and status.
    ///
    /// Names and labels are those of gRPC's own proposal for metrics (A66).
    public static func grpc() -> Plugin {
        Plugin(
            "grpc", events: CallEvents.names,
            metrics: MetricSet {
                Counter(
                    "grpc_server_call_started_total", "Calls that a server began.",
                    of: CallEvents.serverStart, labels: startedMethod)
                Histogram(
                    "grpc_server_call_duration_seconds", "Time of a call until its last message was sent.",
                    of: CallEvents.serverStop, observing: \.duration,
                    labels: endedMethod, status)
                Counter(
                    "grpc_client_call_started_total", "Calls that a client began.",
                    of: CallEvents.clientStart, labels: startedMethod)
                Histogram(
                    "grpc_client_call_duration_seconds", "Time of a call until its last message was taken.",
                    of: CallEvents.clientStop, observing: \.duration,
                    labels: endedMethod, status)
            })
    }

    private static var startedMethod: Label<CallEvents.Started> {
        .writing("grpc_method", { write($0.method, to: &$1) })
    }

    private static var endedMethod: Label<CallEvents.Ended> {
        .writing("grpc_method", { write($0.method, to: &$1) })
    }

    private static var status: Label<CallEvents.Ended> { Label("grpc_status", { $0.status.name }) }

    private static func write(_ method: MethodDescriptor, to writer: inout LabelWriter) {
        writer.append(method.service.fullyQualifiedService)
        writer.append("/" as StaticString)
        writer.append(method.method)
    }
}

extension Status.Code {
    /// As gRPC's documentation has it.
    fileprivate var name: StaticString {
        switch self {
        case .ok: "OK"
        case .cancelled: "CANCELLED"
        case .invalidArgument: "INVALID_ARGUMENT"
        case .deadlineExceeded: "DEADLINE_EXCEEDED"
        case .notFound: "NOT_FOUND"
        case .alreadyExists: "ALREADY_EXISTS"
        case .permissionDenied: "PERMISSION_DENIED"
        case .resourceExhausted: "RESOURCE_EXHAUSTED"
        case .failedPrecondition: "FAILED_PRECONDITION"
        case .aborted: "ABORTED"
        case .outOfRange: "OUT_OF_RANGE"
        case .unimplemented: "UNIMPLEMENTED"
        case .internalError: "INTERNAL"
        case .unavailable: "UNAVAILABLE"
        case .dataLoss: "DATA_LOSS"
        case .unauthenticated: "UNAUTHENTICATED"
        default: "UNKNOWN"
        }
    }
}
#endif
