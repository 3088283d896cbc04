import Synchronization
import Testing

@testable import Microhttpd

/// Answers that libmicrohttpd makes by itself, and requests that it would not answer.
@Suite(.timeLimit(.minutes(5)))
struct HTTPServerRefusalTests {
    private static let long = String(repeating: "x", count: 40_000)

    @Test(arguments: [
        ("GET /\r\n\r\n", 400), ("GET / HTTP/1.x\r\n\r\n", 400), ("GET / HTTP/0.9\r\n\r\n", 505),
        ("GET / HTTP/2.0\r\n\r\n", 505), ("GET /\(long) HTTP/1.1\r\n\r\n", 414),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \(long)\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "a:b\r\n", count: 600))\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: a\r\nCookie: \(String(repeating: ";", count: 600))\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: a\r\nnocolon\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    ])
    func itsOwnAnswersAreToldOnce(request: String, status: Int) throws {
        let refused = Mutex<[Int]>([])
        let finished = Mutex<[Int?]>([])
        let server = try testServer {
            $0.requestRefused = { status in refused.withLock { $0.append(status) } }
            $0.requestFinished = { request in finished.withLock { $0.append(request.status) } }
        }
        let client = try RawClient(port: server.boundPort)

        client.send(request)
        // With unread bytes the connection is reset, which can lose the answer.
        _ = try client.readToEnd()

        #expect(refused.withLock { $0 } == [status])
        try eventually { server.statistics.requestsInFlight == 0 && server.statistics.openConnections == 0 }
        #expect(finished.withLock { $0.allSatisfy { $0 == nil } })
    }

    @Test func aMissingHostIsOurAnswer() throws {
        let refused = Mutex<[Int]>([])
        let server = try testServer {
            $0.requestRefused = { status in refused.withLock { $0.append(status) } }
        }
        let client = try RawClient(port: server.boundPort)

        client.send("GET /small HTTP/1.1\r\n\r\n")

        let answer = try client.response()
        #expect(answer.status == 400)
        #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
        #expect(refused.withLock { $0.isEmpty })
    }

    @Test(arguments: [300, 520, 9000])
    func aQueryOfManyPartsIsAnswered(count: Int) throws {
        let server = try testServer()
        let query = String(repeating: "&", count: count)

        #expect(try RawClient(port: server.boundPort).exchange("GET", "/small?\(query)").status == 200)
    }

    /// libmicrohttpd ends such a request without telling of it.
    @Test func aRequestThatIsForgottenDoesNotHoldUpAStop() throws {
        let server = try testServer()
        for _ in 0..<10 {
            let client = try RawClient(port: server.boundPort)
            let cookies = String(repeating: ";", count: 9000)
            client.send("GET /small HTTP/1.1\r\nHost: a\r\nCookie: \(cookies)\r\nContent-Length: x\r\n\r\n")
            _ = try client.readToEnd()
        }
        try eventually { server.statistics.requestsInFlight == 0 }
        #expect(server.statistics.requestsInFlight == 0)
    }

    @Test func aTargetWithSchemeAndHostLeadsToItsPath() throws {
        let server = try testServer()
        let client = try RawClient(port: server.boundPort)

        #expect(try client.exchange("GET", "http://test:9568/small?x=1").text == "small\n")
        #expect(try client.exchange("GET", "http:///small").status == 400)
    }

    @Test func everyAnswerOfOursForbidsGuessingItsType() throws {
        let server = try testServer()
        let client = try RawClient(port: server.boundPort)
        for (method, path) in [
            ("GET", "/small"), ("HEAD", "/metrics"), ("GET", "/unknown"), ("POST", "/small"),
        ] {
            let answer = try client.exchange(method, path)
            #expect(answer.headers.values("X-Content-Type-Options") == ["nosniff"])
            #expect(answer.headers["Content-Security-Policy"] == nil)
        }
    }

    @Test func aPageOfHTMLMayLoadNothingUnlessItSaysSo() {
        var strict = Headers()
        strict.addSecurity(ofType: "Text/HTML; charset=utf-8")
        var own: Headers = ["content-security-policy": "default-src 'self'"]
        own.addSecurity(ofType: "text/html")

        #expect(
            strict["Content-Security-Policy"]
                == "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
        #expect(strict["Referrer-Policy"] == "no-referrer")
        #expect(own.values("Content-Security-Policy") == ["default-src 'self'"])
    }
}
