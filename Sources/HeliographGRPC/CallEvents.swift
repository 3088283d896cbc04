#if GRPC
public import GRPCCore
public import Telemetry

/// The events of calls of gRPC, on both sides.
public enum CallEvents {
    /// A call of a server has begun: `grpc.server.call.start`.
    public static let serverStart = Event<Started>("grpc.server.call.start")
    /// A call of a server is over: `grpc.server.call.stop`.
    public static let serverStop = Event<Ended>("grpc.server.call.stop")
    /// A call of a client has begun: `grpc.client.call.start`.
    public static let clientStart = Event<Started>("grpc.client.call.start")
    /// A call of a client is over: `grpc.client.call.stop`.
    public static let clientStop = Event<Ended>("grpc.client.call.stop")

    /// The names of all of them.
    static let names = [
        "grpc.server.call.start", "grpc.server.call.stop", "grpc.client.call.start", "grpc.client.call.stop",
    ]

    /// A call that has begun.
    public struct Started: Sendable {
        /// Service and method.
        public let method: MethodDescriptor
    }

    /// A call that is over.
    public struct Ended: Sendable {
        /// Service and method.
        public let method: MethodDescriptor
        /// The status that ended it.
        public let status: Status.Code
        /// Until the last message was sent, by a server, or was taken, by a client.
        public let duration: Duration
    }
}
#endif
