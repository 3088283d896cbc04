import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct HTTPServerBodyTests {
    @Test(arguments: [("Content-Length: 64\r\n", ""), ("Transfer-Encoding: chunked\r\n", "40\r\n")])
    func aBodyAtTheLimitIsRead(framing: String, prefix: String) throws {
        let server = try testServer { $0.limits.requestBody = 64 }
        let client = try RawClient(port: server.boundPort)
        let body = String(repeating: "x", count: 64)

        client.send("POST /echo HTTP/1.1\r\nHost: a\r\n\(framing)\r\n\(prefix)\(body)")
        if !prefix.isEmpty { client.send("\r\n0\r\n\r\n") }

        #expect(try client.response().text == body)
    }

    @Test(arguments: [("Content-Length: 65\r\n", ""), ("Transfer-Encoding: chunked\r\n", "41\r\n")])
    func aLongerBodyIsRefused(framing: String, prefix: String) throws {
        let server = try testServer { $0.limits.requestBody = 64 }
        let client = try RawClient(port: server.boundPort)

        client.send(
            "POST /echo HTTP/1.1\r\nHost: a\r\n\(framing)\r\n\(prefix)\(String(repeating: "x", count: 65))")
        if !prefix.isEmpty { client.send("\r\n0\r\n\r\n") }

        #expect(try client.response().status == 413)
        // What was announced was read, and what follows is a request; of chunks nobody is sure where they end.
        let next = try? client.exchange("GET", "/small")
        #expect(next?.status == (prefix.isEmpty ? 200 : nil))
    }

    @Test func aBodyOfAHundredKilobytesIsRefusedByDefault() throws {
        let server = try testServer()
        let body = String(repeating: "x", count: 100_000)

        let response = try RawClient(port: server.boundPort).exchange("POST", "/echo", body: body)

        #expect(response.status == 413)
    }

    @Test(arguments: ["Content-Length: 99999999999\r\n", "Content-Length: 70000\r\nExpect: 100-continue\r\n"])
    func aBodyNotWorthReadingIsRefusedBeforeItComes(framing: String) throws {
        let server = try testServer()
        let client = try RawClient(port: server.boundPort)

        client.send("POST /echo HTTP/1.1\r\nHost: a\r\n\(framing)\r\n")
        let response = try client.response()

        #expect(response.status == 413)
        #expect(response.headers["Connection"] == "close")
    }

    @Test func anEndlessChunkedBodyIsCutOff() throws {
        let server = try testServer()
        let client = try RawClient(port: server.boundPort)
        let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x78, count: 65536) + Array("\r\n".utf8)

        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        var chunks = 0
        while chunks < 1000, client.send(chunk) { chunks += 1 }

        #expect(chunks < 1000)
        #expect(try RawClient(port: server.boundPort).exchange("GET", "/small").status == 200)
    }

    @Test(arguments: [
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n",
    ])
    func ambiguousFramingIsABadRequest(framing: String) throws {
        let server = try testServer()
        let client = try RawClient(port: server.boundPort)

        client.send("POST /echo HTTP/1.1\r\nHost: a\r\n\(framing)\r\nabc")

        #expect(try client.response().status == 400)
    }
}
