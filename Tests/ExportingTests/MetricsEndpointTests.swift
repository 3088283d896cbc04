import Endpoint
import Microhttpd
import TelemetryMetrics
import Testing

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct MetricsEndpointTests {
    private static func router(
        _ adjust: (inout ExporterConfiguration) -> Void = { _ in }
    ) throws -> Router {
        var configuration = ExporterConfiguration()
        configuration.includesProcess = false
        adjust(&configuration)
        let exporter = try Exporter(MetricSet([]), configuration: configuration)
        return try MetricsEndpoint(exporter: exporter, configuration: configuration, addresses: [])
            .endpoint().router
    }

    private static func text(_ response: Response) -> String {
        guard case .bytes(let bytes) = response.body else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func anotherRoomAddsARouteAndALink() throws {
        let router = try Self.router {
            $0.contributions = [
                RouteContribution(
                    "series",
                    routes: [
                        Route(.get, "/api/v1/series/{name}") { .text($0.parameters["name"] ?? "none") }
                    ],
                    links: [.init("/api/v1/series/all", title: "Series", note: "")])
            ]
        }

        #expect(router.respond(to: Request(path: "/api/v1/series/up")) == .text("up"))
        #expect(router.respond(to: Request(path: "/metrics")).status == 200)
        let page = Self.text(router.respond(to: Request(path: "/")))
        #expect(page.contains("<a href=\"/metrics\">Metrics</a>, for Prometheus to scrape"))
        #expect(page.contains("<a href=\"/api/v1/series/all\">Series</a>"))
    }

    @Test func aRoomThatTakesAnothersRouteIsAnError() {
        let taken = RouteContribution("other", routes: [Route(.get, "/-/ready") { _ in .text("mine") }])
        let expected = EndpointError(
            room: "other", cause: .duplicateRoute(method: "GET", path: "/-/ready"))
        #expect(throws: expected) { try Self.router { $0.contributions = [taken] } }
    }

    @Test(arguments: ["/", "/{a}/*"])
    func theTelemetryPathIsTakenAsItIs(path: String) throws {
        let router = try Self.router { $0.telemetryPath = path }

        let page = router.respond(to: Request(path: path))

        #expect(page.contentType?.hasPrefix("text/plain; version=0.0.4") == true)
        #expect(router.respond(to: Request(path: "/b/c")).status == 404)
        #expect(router.respond(to: Request(path: "/-/ready")).status == 503)
    }
}
