import Linux
import Microhttpd

/// The exporter's HTTP server with a page that never changes, for measuring what the server itself costs.
@_spi(Benchmarks)
public final class FixedPageServer: Sendable {
    private let server: HTTPServer

    /// Serves so many bytes at `/metrics` on a port of loopback until it is released.
    public init(byteCount: Int, port: UInt16) throws {
        let page = Array(repeating: UInt8(ascii: "x"), count: byteCount)
        let listener = HTTPServer.Listener.address(ListenAddress(host: "127.0.0.1", port: port))
        server = try HTTPServer(
            router: Router([
                Route(.get, "/metrics", group: .metrics, limits: .page) { _ in
                    Response(contentType: "text/plain; version=0.0.4; charset=utf-8", body: .bytes(page))
                }
            ]), configuration: HTTPServer.Configuration(listeners: [listener]))
    }
}
