import Endpoint
import Linux
import Logging
import Microhttpd
import Supervision
import WebAccess

/// The HTTP endpoint of an exporter as a supervised child: the exporter's own routes, and those of other rooms.
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
            // The name of a host is looked up, which can take as long as the system's resolver likes.
            let server = try await DedicatedThread.value(name: "http-start") { try start() }
            defer { unfollow() }
            exporter.endpointLoop.follow(server)
            context.ready()
            try? await Task.sleep(for: .seconds(Int64.max / 2_000_000_000))
            exporter.endpointLoop.follow(nil)
            await server.stop(within: .seconds(1))
        }
    }

    private func start() throws -> HTTPServer {
        var settings = HTTPServer.Configuration(listeners: try listeners())
        settings.unixMode = configuration.unixMode
        settings.limits = configuration.httpLimits
        settings.pages = exporter.pages
        settings.log = { [logger] in logger.debug("\($0)") }
        settings.requestFinished = { [exporter] request in
            exporter.ownMetrics.finished(request)
        }
        settings.requestRefused = { [exporter] in exporter.ownMetrics.refused(status: $0) }
        let report = HTTPConnectionReport(exporter.ownMetrics.connections, logger: logger)
        settings.connectionEvent = { report.note($0) }
        let tls = exporter.webReload?.gate.tls
        settings.tls = tls
        let server = try endpoint().start(settings)
        try exporter.webReload?.gate.follow(server, startedWith: tls)
        for address in server.boundAddresses {
            logger.info(
                "Serving metrics",
                metadata: [
                    "address": "\(address)",
                    "path": "\(configuration.routePrefix + configuration.telemetryPath)",
                    "tls": "\(tls != nil)",
                ])
        }
        return server
    }

    /// A server that ends gets no settings any more.
    private func unfollow() {
        // Without a server there is nothing that could fail.
        try? exporter.webReload?.gate.follow(nil)
    }

    /// What was passed stays with whoever passed it: a server that starts again listens there again.
    private func listeners() throws(LinuxError) -> [HTTPServer.Listener] {
        guard !configuration.passedListeners.isEmpty else { return addresses.map { .address($0) } }
        var listeners: [HTTPServer.Listener] = []
        for passed in configuration.passedListeners {
            listeners.append(.inherited(descriptor: try passed.duplicate().release()))
        }
        return listeners
    }

    /// The routes of all rooms.
    func endpoint() throws(EndpointError) -> HTTPEndpoint {
        let prefix = configuration.routePrefix
        return try HTTPEndpoint(
            gate + [metrics, health] + configuration.contributions, prefix: prefix,
            externalPath: configuration.externalPath
        ) { LandingPage($0, below: configuration.externalPath ?? prefix).response }
    }

    /// First, so that nobody else sees what it refuses.
    private var gate: [RouteContribution] {
        exporter.webReload.map { [RouteContribution("web configuration", routes: [], stages: [$0.gate])] }
            ?? []
    }

    private var metrics: RouteContribution {
        let exporter = exporter
        let path = configuration.telemetryPath
        let longest = configuration.responseTimeout
        return RouteContribution(
            "metrics",
            routes: [
                Route(.get, exactly: path, group: .metrics, limits: .page) { request in
                    let page = exporter.begin(
                        accept: request.headers["Accept"], names: request.queryValues("name[]"),
                        timeout: ScrapeTimeout.forCollectors(
                            header: request.headers["X-Prometheus-Scrape-Timeout-Seconds"], atMost: longest))
                    return Response(
                        contentType: page.contentType, headers: ["Vary": "Accept, Accept-Encoding"],
                        body: page.body())
                }
            ],
            links: [.init(path, title: "Metrics", note: ", for Prometheus to scrape")])
    }

    private var health: RouteContribution {
        let readiness = exporter.readiness
        return RouteContribution(
            "health",
            routes: [
                Route(.get, "/-/healthy", group: .metrics) { _ in .text("Heliograph is healthy.") },
                Route(.get, "/-/ready", group: .metrics) { _ in
                    readiness.isReady
                        ? .text("Heliograph is ready.") : .text("Heliograph is not ready.", status: 503)
                },
            ],
            links: [
                .init("/-/healthy", title: "Healthy", note: ": the process answers"),
                .init("/-/ready", title: "Ready", note: ": everything is up"),
            ])
    }
}
