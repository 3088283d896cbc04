import GRPCCore
import GRPCNIOTransportHTTP2Posix
import HeliographGRPC
import ServiceLifecycle

/// Serves the warehouse over gRPC.
struct WarehouseServer: Service {
    private let server: GRPCServer<HTTP2ServerTransport.Posix>

    init(_ warehouse: Warehouse, port: Int) {
        server = GRPCServer(
            transport: .http2NIOPosix(
                address: .ipv4(host: "127.0.0.1", port: port), transportSecurity: .plaintext),
            services: [warehouse], interceptors: [TelemetryServerInterceptor()])
    }

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await server.serve()
        } onGracefulShutdown: {
            server.beginGracefulShutdown()
        }
    }
}
