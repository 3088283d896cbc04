import Linux
import Logging
import Microhttpd
import Supervision

/// The HTTP endpoint of an exporter as a supervised child: `/metrics`, `/-/healthy`, `/-/ready` and `/`.
struct MetricsEndpoint: Sendable {
    let exporter: Exporter
    let configuration: ExporterConfiguration
    let addresses: [ListenAddress]
    private let logger = Logger(label: "heliograph.http")

    init(exporter: Exporter, configuration: ExporterConfiguration, addresses: [ListenAddress]) {
        self.exporter = exporter
        self.configuration = configuration
        self.addresses = addresses
    }

    /// Up once it listens; it ends by being cancelled.
    var child: ChildSpec {
        ChildSpec("http", backoff: Backoff(initial: .milliseconds(100), cap: .seconds(5))) { context in
            let server = try start()
            context.ready()
            try? await Task.sleep(for: .seconds(Int64.max / 2_000_000_000))
            await server.stop(within: .seconds(1))
        }
    }

    private func start() throws -> HTTPServer {
        var settings = HTTPServer.Configuration(listeners: addresses.map { .address($0) })
        settings.responses = exporter.responses
        settings.log = { [logger] in logger.debug("\($0)") }
        settings.requestFinished = { [exporter] request in
            if let status = request.status { exporter.ownMetrics.requested(status: status) }
        }
        let server = try HTTPServer(router: try router(), configuration: settings)
        for address in server.boundAddresses {
            logger.info(
                "Serving metrics",
                metadata: ["address": "\(address)", "path": "\(configuration.telemetryPath)"])
        }
        return server
    }

    private func router() throws -> Router {
        let exporter = exporter
        var routes = [
            Route(.get, exactly: configuration.telemetryPath, limits: .budgeted) { request in
                Self.metrics(exporter, request)
            },
            Route(.get, "/-/healthy") { _ in .text("Heliograph is healthy.") },
            Route(.get, "/-/ready") { _ in
                exporter.readiness.isReady
                    ? .text("Heliograph is ready.") : .text("Heliograph is not ready.", status: 503)
            },
        ]
        if configuration.telemetryPath != "/" {
            let page = LandingPage(telemetryPath: configuration.telemetryPath)
            routes.append(Route(.get, "/") { _ in page.response })
        }
        return try Router(routes)
    }

    private static func metrics(_ exporter: Exporter, _ request: Request) -> Response {
        let page = exporter.render(accept: request.headers["Accept"])
        return Response(contentType: page.contentType, body: .bytes(page.bytes))
    }
}
