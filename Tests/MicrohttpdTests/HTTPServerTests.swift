import Glibc
import Synchronization
import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct HTTPServerTests {
    @Test func answersGetOnAConnectionThatStaysOpen() throws {
        let server = try testServer()
        let client = try RawClient(port: server.boundPort)

        let first = try client.exchange("GET", "/metrics")
        let second = try client.exchange("GET", "/small")

        #expect(first.status == 200)
        #expect(first.body.count == 9000)
        #expect(first.headers["content-type"] == "text/plain")
        #expect(first.headers["connection"] == nil)
        #expect(second.text == "small\n")
        #expect(server.statistics.openConnections == 1)
    }

    @Test func answersPipelinedRequestsInOrder() throws {
        let server = try testServer()
        let client = try RawClient(port: server.boundPort)

        client.send("GET /small HTTP/1.1\r\nHost: a\r\n\r\nGET /unknown HTTP/1.1\r\nHost: a\r\n\r\n")

        #expect(try client.response().status == 200)
        #expect(try client.response().status == 404)
    }

    @Test(arguments: ["", "Accept-Encoding: gzip\r\n", "Accept-Encoding: zstd\r\n"])
    func headHasTheLengthOfGetAndNoBody(headers: String) throws {
        let server = try testServer()
        let client = try RawClient(port: server.boundPort)

        let get = try client.exchange("GET", "/metrics", headers: headers)
        let head = try client.exchange("HEAD", "/metrics", headers: headers)

        #expect(head.status == 200)
        #expect(head.body.isEmpty)
        #expect(head.headers["Content-Length"] == String(get.body.count))
        #expect(head.headers["Content-Encoding"] == get.headers["Content-Encoding"])
        #expect(try client.exchange("GET", "/small").text == "small\n")
    }

    @Test(arguments: [
        ("GET", "/unknown", 404, nil), ("POST", "/unknown", 404, nil), ("POST", "/small", 405, "GET, HEAD"),
        ("BREW", "/echo", 405, "POST"), ("OPTIONS", "/small", 405, "GET, HEAD"),
        ("GET", "/small?x=%zz", 400, nil),
        ("GET", "/small%00", 400, nil), ("GET", "/sm%61ll?a=b", 200, nil),
    ])
    func mapsMethodAndPathToAStatus(method: String, target: String, status: Int, allow: String?) throws {
        let server = try testServer()

        let response = try RawClient(port: server.boundPort).exchange(method, target)

        #expect(response.status == status)
        #expect(response.headers["Allow"] == allow)
    }

    @Test func givesTheHandlerTheWholeRequest() throws {
        let server = try testServer()
        let body = String(repeating: "0123456789abcdef", count: 4096)

        let response = try RawClient(port: server.boundPort)
            .exchange("POST", "/echo", headers: "X-TEST: a\r\nx-Test: b\r\n", body: body)

        #expect(response.text == body)
        #expect(response.headers["X-Seen"] == "a, b")
        #expect(response.headers["X-Remote"] == "127.0.0.1")
    }

    @Test func compressesForThoseWhoAcceptIt() throws {
        let server = try testServer()
        let client = try RawClient(port: server.boundPort)

        let plain = try client.exchange("GET", "/metrics", headers: "Accept-Encoding: gzip;q=0, *\r\n")
        let packed = try client.exchange("GET", "/metrics", headers: "Accept-Encoding: deflate, gzip\r\n")
        let newer = try client.exchange("GET", "/metrics", headers: "Accept-Encoding: gzip, zstd\r\n")
        let small = try client.exchange("GET", "/small", headers: "Accept-Encoding: gzip\r\n")

        #expect(plain.headers["Content-Encoding"] == nil)
        #expect(plain.headers["Vary"] == "Accept-Encoding")
        #expect(packed.headers["Content-Encoding"] == "gzip")
        #expect(packed.headers["Vary"] == "Accept-Encoding")
        #expect(packed.body.count < 1000)
        #expect(inflated(packed.body) == plain.body)
        #expect(newer.headers["Content-Encoding"] == "zstd")
        #expect(newer.headers["Vary"] == "Accept-Encoding")
        #expect(decoded(newer.body) == plain.body)
        #expect(small.headers["Content-Encoding"] == nil)
        #expect(small.headers["Vary"] == nil)
    }

    @Test func compressionCanBeSwitchedOff() throws {
        let server = try testServer { $0.compresses = false }

        let response = try RawClient(port: server.boundPort)
            .exchange("GET", "/metrics", headers: "Accept-Encoding: gzip\r\n")

        #expect(response.headers["Content-Encoding"] == nil)
        #expect(response.body.count == 9000)
    }

    @Test func leavesOutAForbiddenHeaderAndSaysSo() throws {
        let messages = Mutex<[String]>([])
        let server = try testServer { $0.log = { message in messages.withLock { $0.append(message) } } }

        let response = try RawClient(port: server.boundPort).exchange("GET", "/bad-header")

        #expect(response.status == 500)
        #expect(response.headers["X-Good"] == "yes")
        #expect(response.headers["X-Bad"] == nil)
        #expect(response.headers["Set-Cookie"] == nil)
        #expect(response.headers.values("Content-Length") == ["0"])
        #expect(
            messages.withLock { $0 }.contains("response header \"X-Bad\" is not allowed and was left out"))
    }

    @Test func reportsEveryFinishedRequest() throws {
        let reports = Mutex<[FinishedRequest]>([])
        let server = try testServer {
            $0.requestFinished = { report in reports.withLock { $0.append(report) } }
        }
        let client = try RawClient(port: server.boundPort)

        _ = try client.exchange("GET", "/metrics")
        _ = try client.exchange("HEAD", "/metrics")
        _ = try client.exchange("GET", "/unknown")
        server.stopAndWait()

        let seen = reports.withLock { $0 }
        #expect(seen.map(\.status) == [200, 200, 404])
        #expect(seen.map(\.route) == ["/metrics", "/metrics", nil])
        #expect(seen.map(\.bodyBytes) == [9000, 0, 14])
        #expect(seen.allSatisfy { $0.isComplete && $0.duration > .zero })
        #expect(
            server.statistics
                == HTTPServer.Statistics(
                    openConnections: 0, requestsInFlight: 0, cuts: [:], refusedConnections: 0))
    }
}
