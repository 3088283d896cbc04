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

    @Test func aPageDependsOnWhatIsAccepted() throws {
        let page = try Self.router().respond(to: Request(path: "/metrics"))

        #expect(page.headers.values("Vary") == ["Accept, Accept-Encoding"])
    }

    @Test func aRoomThatTakesAnothersRouteIsAnError() {
        let taken = RouteContribution("other", routes: [Route(.get, "/-/ready") { _ in .text("mine") }])
        let expected = EndpointError(
            room: "other", cause: .duplicateRoute(method: "GET", path: "/-/ready"))
        #expect(throws: expected) { try Self.router { $0.contributions = [taken] } }
    }

    /// As promhttp does it.
    @Test(
        arguments: [
            (["heliograph_scrapes_total"], ["heliograph_scrapes_total"]),
            (
                ["heliograph_scrapes", "heliograph_samples", "nonsense"],
                ["heliograph_samples", "heliograph_scrapes_total"]
            ),
            (["nonsense"], []),
        ] as [([String], [String])])
    func aPageOfTheNamedMetricsOnly(names: [String], shown: [String]) throws {
        let router = try Self.router()
        _ = router.respond(to: Request(path: "/metrics"))
        let query = names.map { QueryItem(name: "name[]", value: $0) }
        let page = Self.text(router.respond(to: Request(path: "/metrics", query: query)))
        let types = page.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
        #expect(types.map { String($0.split(separator: " ")[2]) } == shown)
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
