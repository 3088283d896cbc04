import GRPCCore
import GRPCNIOTransportHTTP2Posix
import HeliographGRPC
import ServiceLifecycle

/// Has the warehouse hand out items.
struct WarehouseClient: Service {
    private let client: GRPCClient<HTTP2ClientTransport.Posix>

    init(port: Int) throws {
        client = GRPCClient(
            transport: try .http2NIOPosix(
                target: .ipv4(address: "127.0.0.1", port: port), transportSecurity: .plaintext),
            interceptors: [TelemetryClientInterceptor()])
    }

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await client.runConnections()
        } onGracefulShutdown: {
            client.beginGracefulShutdown()
        }
    }

    /// Takes `count` items, or none where there are fewer; says whether it did.
    func take(_ count: Int) async throws -> Bool {
        var options = CallOptions.defaults
        options.waitForReady = true
        do {
            _ = try await client.unary(
                request: ClientRequest(message: count), descriptor: Warehouse.take,
                serializer: ItemCount(), deserializer: ItemCount(), options: options
            ) { try $0.message }
            return true
        } catch let error as RPCError where error.code == .resourceExhausted {
            return false
        }
    }
}
