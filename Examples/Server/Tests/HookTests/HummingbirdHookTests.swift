import HTTPTypes
import Heliograph
import HeliographHummingbird
import Hummingbird
import HummingbirdTesting
import NIOCore
import TelemetryTesting
import Testing

/// Requests over loopback to a real server; each test has a path of its own, as the events are those of the process.
@Suite(.timeLimit(.minutes(5)))
struct HummingbirdHookTests {
    private struct Broken: Error {}

    /// Runs a server with one route, and returns the end of the request that `send` makes.
    private func ended(
        _ path: RouterPath, _ method: HTTPRequest.Method = .get, collectingUpTo collectedSize: Int = -1,
        handler: @escaping @Sendable (Request, BasicRequestContext) async throws -> Response,
        send: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws -> HTTPServerEvents.Ended {
        let router = Router()
        router.add(middleware: TelemetryMiddleware(collectingUpTo: collectedSize))
        router.on(path, method: method, use: handler)
        let capture = try EventCapture(of: HTTPServerEvents.stop)
        defer { capture.stop() }
        try await Application(router: router).test(.live) { try await send($0) }
        let route = "\(path)"
        return try await capture.first { $0.route == route }
    }

    @Test func aBodyIsCountedToItsLastByte() async throws {
        let ended = try await ended("/whole/{id}") { _, _ in
            Response(
                status: .accepted,
                body: ResponseBody { writer in
                    try await writer.write(ByteBuffer(string: "abc"))
                    try await Task.sleep(for: .milliseconds(30))
                    try await writer.write(contentsOf: [ByteBuffer(string: "de"), ByteBuffer(string: "f")])
                    try await writer.finish(nil)
                })
        } send: {
            let response = try await $0.execute(uri: "/whole/1?a=b", method: .get)
            #expect(String(buffer: response.body) == "abcdef")
        }
        #expect((ended.method, ended.status, ended.outcome) == (.get, 202, .completed))
        #expect((ended.requestBodySize, ended.responseBodySize) == (0, 6))
        let firstByte = try #require(ended.timeToFirstByte)
        #expect(ended.duration - firstByte >= .milliseconds(30))
    }

    /// Hummingbird drops the body, so that nobody would see the end of it.
    @Test func anAnswerToHeadIsWhole() async throws {
        let ended = try await ended("/head", .head) { _, _ in
            Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "abc")))
        } send: {
            _ = try await $0.execute(uri: "/head", method: .head)
        }
        #expect((ended.method, ended.status, ended.outcome) == (.head, 200, .completed))
        #expect(ended.responseBodySize == 0)
    }

    @Test func aShortBodyIsCollectedAsItIs() async throws {
        let ended = try await ended("/collected", collectingUpTo: 5) { _, _ in
            Response(
                status: .ok,
                body: ResponseBody(contentLength: 5) { writer in
                    try await writer.write(ByteBuffer(string: "ab"))
                    try await writer.write(contentsOf: [ByteBuffer(string: "cd"), ByteBuffer(string: "e")])
                    try await writer.finish(nil)
                })
        } send: {
            let response = try await $0.execute(uri: "/collected", method: .get)
            #expect(String(buffer: response.body) == "abcde")
            #expect(response.headers[.contentLength] == "5")
        }
        #expect((ended.status, ended.outcome, ended.responseBodySize) == (200, .completed, 5))
        let longer = try await self.ended("/longer", collectingUpTo: 5) { _, _ in
            Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "abcdef")))
        } send: {
            let response = try await $0.execute(uri: "/longer", method: .get)
            #expect(String(buffer: response.body) == "abcdef")
        }
        #expect((longer.outcome, longer.responseBodySize) == (.completed, 6))
    }

    @Test func aShortBodyThatThrowsIsAnError() async throws {
        let ended = try await ended("/short", collectingUpTo: 100) { _, _ in
            Response(status: .ok, body: ResponseBody(contentLength: 100) { _ in throw Broken() })
        } send: {
            let response = try await $0.execute(uri: "/short", method: .get)
            #expect(response.status == .internalServerError)
        }
        #expect((ended.status, ended.outcome) == (500, .failed))
    }

    @Test func theSizeOfARequestIsItsContentLength() async throws {
        let ended = try await ended("/upload", .post) { _, _ in
            Response(status: .ok)
        } send: {
            _ = try await $0.execute(uri: "/upload", method: .post, body: ByteBuffer(string: "12345"))
        }
        #expect((ended.requestBodySize, ended.responseBodySize) == (5, 0))
    }

    @Test func aBodyThatThrowsHasFailedWhereItBrokeOff() async throws {
        let thrown = try EventCapture(of: HTTPServerEvents.exception)
        defer { thrown.stop() }
        let ended = try await ended("/breaks") { _, _ in
            Response(
                status: .ok,
                body: ResponseBody(contentLength: 100) { writer in
                    try await writer.write(ByteBuffer(string: "abc"))
                    throw Broken()
                })
        } send: {
            _ = try? await $0.execute(uri: "/breaks", method: .get)
        }
        #expect((ended.status, ended.outcome, ended.responseBodySize) == (200, .failed, 3))
        #expect(try await thrown.first { $0.route == "/breaks" }.error is Broken)
    }

    @Test func aClientThatGoesAwayHasCancelled() async throws {
        let ended = try await ended("/endless") { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    while true { try await writer.write(ByteBuffer(repeating: 65, count: 1 << 16)) }
                })
        } send: { client in
            let live = try #require(client.port)
            let connection = try await Connection(port: live)
            try await connection.sendAndLeave("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
        }
        #expect((ended.status, ended.outcome) == (200, .cancelled))
        #expect(try #require(ended.responseBodySize) > 0)
    }

    @Test func aHandlerThatThrowsIsAnsweredByHummingbird() async throws {
        let failed = try await ended("/fails") { _, _ in
            throw Broken()
        } send: {
            let response = try await $0.execute(uri: "/fails", method: .get)
            #expect(response.status == .internalServerError)
        }
        #expect((failed.status, failed.outcome, failed.responseBodySize) == (500, .failed, nil))

        let refused = try await ended("/refuses") { _, _ in
            throw HTTPError(.conflict)
        } send: {
            let response = try await $0.execute(uri: "/refuses", method: .get)
            #expect(response.status == .conflict)
        }
        #expect((refused.status, refused.outcome, refused.timeToFirstByte) == (409, .completed, nil))

        let cancelled = try await ended("/cancels") { _, _ in
            throw CancellationError()
        } send: {
            _ = try await $0.execute(uri: "/cancels", method: .get)
        }
        #expect((cancelled.status, cancelled.outcome) == (500, .cancelled))
    }

    @Test func aResponseThatNobodySendsIsOver() async throws {
        struct Replacing: RouterMiddleware {
            func handle(
                _ request: Request, context: BasicRequestContext,
                next: @concurrent (Request, BasicRequestContext) async throws -> Response
            ) async throws -> Response {
                _ = try await next(request, context)
                return Response(status: .noContent)
            }
        }
        let router = Router()
        router.add(middleware: Replacing())
        router.add(middleware: TelemetryMiddleware())
        router.get("/replaced") { _, _ in "gone" }
        let capture = try EventCapture(of: HTTPServerEvents.stop)
        defer { capture.stop() }
        try await Application(router: router).test(.live) {
            let response = try await $0.execute(uri: "/replaced", method: .get)
            #expect(response.status == .noContent)
        }
        let ended = try await capture.first { $0.route == "/replaced" }
        #expect((ended.outcome, ended.responseBodySize, ended.timeToFirstByte) == (.cancelled, 0, nil))
    }

    @Test func theTraceOfTheCallerIsThatOfTheHandler() async throws {
        let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let (seen, seeing) = AsyncStream.makeStream(of: String?.self)
        _ = try await ended("/traced") { _, _ in
            seeing.yield(TraceContext.current?.traceparent)
            return Response(status: .ok)
        } send: { client in
            for value in [header, "00-0", nil] {
                var headers: HTTPFields = [:]
                if let value { headers[try #require(HTTPField.Name("traceparent"))] = value }
                _ = try await client.execute(uri: "/traced", method: .get, headers: headers)
            }
        }
        seeing.finish()
        var traces: [String?] = []
        for await trace in seen { traces.append(trace) }
        #expect(traces == [header, nil, nil])
    }

    @Test func activeRequestsAddUpToNone() async throws {
        let capture = try EventCapture(of: HTTPServerEvents.active)
        defer { capture.stop() }
        _ = try await ended("/active", .delete) { _, _ in
            Response(status: .ok)
        } send: { client in
            for _ in 0..<5 { _ = try await client.execute(uri: "/active", method: .delete) }
        }
        let changes = capture.events.filter { $0.method == .delete }.map(\.change)
        #expect(changes == [1, -1, 1, -1, 1, -1, 1, -1, 1, -1])
    }

    @Test(arguments: [
        ("GET", RequestMethod.get), ("DELETE", .delete), ("get", .other), ("BREW", .other), ("", .other),
        ("_OTHER", .other),
    ])
    func methodsThatAreNoneAreOther(text: String, expected: RequestMethod) {
        guard let method = HTTPRequest.Method(text) else { return }
        #expect(RequestMethod(method) == expected)
    }

    @Test func metricsByHummingbirdsNamesAndByClass() async throws {
        var configuration = ExporterConfiguration()
        configuration.listenAddresses = []
        let exporter = try Exporter(
            MetricSet([]), plugins: [.hummingbird(names: .hummingbird, status: .class)],
            configuration: configuration)
        _ = try await ended("/named") { _, _ in
            throw HTTPError(.conflict)
        } send: {
            _ = try await $0.execute(uri: "/named", method: .get)
        }
        let page = String(decoding: exporter.render().bytes, as: UTF8.self)
        let labels = #"http_request_method="GET",http_route="/named""#
        #expect(page.contains("hb_requests_total{\(labels),http_response_status_code=\"4xx\"} 1\n"))
        #expect(page.contains("hb_request_errors_total{\(labels),error_type=\"4xx\"} 1\n"))
    }
}
