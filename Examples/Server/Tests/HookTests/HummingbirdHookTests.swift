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

    /// Hummingbird sends the body that a route for HEAD has, whether anybody looks on or not.
    @Test(arguments: [-1, 100])
    func anAnswerToHeadIsWhatHummingbirdSends(collectedSize: Int) async throws {
        let handler: @Sendable (Request, BasicRequestContext) async throws -> Response = { _, _ in
            Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "abc")))
        }
        let request = "HEAD /head HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        let bare = Router()
        bare.on("/head", method: .head, use: handler)
        try await Application(router: bare).test(.live) { client in
            let connection = try await Connection(port: try #require(client.port))
            #expect(try await connection.answer(to: request).hasSuffix("\r\n\r\nabc"))
        }
        let ended = try await ended("/head", .head, collectingUpTo: collectedSize, handler: handler) {
            client in
            let connection = try await Connection(port: try #require(client.port))
            #expect(try await connection.answer(to: request).hasSuffix("\r\n\r\nabc"))
        }
        #expect((ended.method, ended.status, ended.outcome) == (.head, 200, .completed))
        #expect(ended.responseBodySize == 3)
    }

    @Test func theLengthThatIsSaidToHeadStays() async throws {
        let ended = try await ended("/length", .head, collectingUpTo: 100) { _, _ in
            Response(status: .ok, body: ResponseBody(contentLength: 42) { try await $0.finish(nil) })
        } send: {
            let response = try await $0.execute(uri: "/length", method: .head)
            #expect(response.headers[.contentLength] == "42")
        }
        #expect((ended.outcome, ended.responseBodySize) == (.completed, 0))
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

    /// It says five bytes and writes for ever: held whole, it would use up the memory.
    @Test(arguments: [false, true])
    func aBodyThatIsLongerThanItSaysIsNotHeld(goesOn: Bool) async throws {
        let path = goesOn ? "/overlong/goes-on" : "/overlong"
        let ended = try await ended(RouterPath(path), collectingUpTo: 100) { _, _ in
            Response(
                status: .ok,
                body: ResponseBody(contentLength: 5) { writer in
                    for _ in 0..<50 {
                        if goesOn {
                            try? await writer.write(ByteBuffer(repeating: 65, count: 60))
                        } else {
                            try await writer.write(ByteBuffer(repeating: 65, count: 60))
                        }
                    }
                    try await writer.finish(nil)
                })
        } send: {
            let response = try await $0.execute(uri: path, method: .get)
            #expect(response.status == .internalServerError)
            #expect(response.body.readableBytes == 0)
        }
        #expect((ended.status, ended.outcome, ended.responseBodySize) == (500, .failed, nil))
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

    @Test(arguments: ["Content-Length: 100\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"])
    func aClientThatGoesAwayWithinItsBodyHasCancelled(rest: String) async throws {
        let path = rest.hasPrefix("C") ? "/left/length" : "/left/chunked"
        let (seen, seeing) = AsyncStream.makeStream(of: Void.self)
        let ended = try await ended(RouterPath(path), .post, collectingUpTo: 100) { request, _ in
            seeing.yield()
            return Response(
                status: .ok, body: ResponseBody(byteBuffer: try await request.body.collect(upTo: 1000)))
        } send: { client in
            let connection = try await Connection(port: try #require(client.port))
            try await connection.leave(after: "POST \(path) HTTP/1.1\r\nHost: a\r\n\(rest)", once: seen)
        }
        #expect((ended.status, ended.outcome, ended.responseBodySize) == (nil, .cancelled, nil))
    }

    @Test func whatIsNoBodyIsAnsweredByHummingbird() async throws {
        let ended = try await ended("/chunks", .post) { request, _ in
            Response(status: .ok, body: ResponseBody(byteBuffer: try await request.body.collect(upTo: 1000)))
        } send: { client in
            let connection = try await Connection(port: try #require(client.port))
            let head = "POST /chunks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            #expect(
                try await connection.answer(to: head + "no length\r\n", atLeast: 12).hasPrefix("HTTP/1.1 400")
            )
        }
        #expect((ended.status, ended.outcome) == (400, .completed))
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
        router.add(middleware: TelemetryMiddleware(collectingUpTo: -1))
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

    @Test(arguments: [-1, 100])
    func theTraceOfTheCallerIsThatOfTheHandler(collectedSize: Int) async throws {
        let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let (seen, seeing) = AsyncStream.makeStream(of: String?.self)
        _ = try await ended("/traced", collectingUpTo: collectedSize) { _, _ in
            seeing.yield(TraceContext.current?.traceparent)
            return Response(
                status: .ok,
                body: ResponseBody(contentLength: 0) { writer in
                    seeing.yield(TraceContext.current?.traceparent)
                    try await writer.finish(nil)
                })
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
        #expect(traces == [header, header, nil, nil, nil, nil])
    }

    /// The number is that of the process, whichever exporter is asked.
    @Test func anExporterThatIsMadeMeanwhileCountsTheSameRequests() async throws {
        let first = try exporter()
        let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
        let (ending, end) = AsyncStream.makeStream(of: Void.self)
        let router = Router()
        router.add(middleware: TelemetryMiddleware())
        router.patch("/born") { _, _ in
            beginning.yield()
            for await _ in ending { break }
            return Response(status: .ok)
        }
        try await Application(router: router).test(.live) { client in
            async let answer = client.execute(uri: "/born", method: .patch)
            for await _ in begun { break }
            let second = try exporter()
            #expect([active(first), active(second)] == [1, 1])
            end.yield()
            _ = try await answer
            #expect([active(first), active(second)] == [0, 0])
        }
    }

    private func exporter() throws -> Exporter {
        var configuration = ExporterConfiguration()
        configuration.listenAddresses = []
        return try Exporter(
            MetricSet([]), plugins: [.hummingbird()], configuration: configuration, logger: nil)
    }

    /// Requests of PATCH that are being answered, by the page of an exporter.
    private func active(_ exporter: Exporter) -> Int? {
        let page = String(
            decoding: exporter.render(names: ["http_server_active_requests"]).bytes, as: UTF8.self)
        let sample = #"http_server_active_requests{http_request_method="PATCH"} "#
        return page.split(separator: "\n").first { $0.hasPrefix(sample) }.flatMap {
            Int($0.dropFirst(sample.count))
        }
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
