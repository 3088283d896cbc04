import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct HTTPServerDeadlineTests {
    private static func impatientServer() throws -> HTTPServer {
        try testServer {
            $0.limits.requestDeadline = .milliseconds(200)
            $0.limits.responseDeadline = .milliseconds(200)
        }
    }

    @Test(arguments: [
        "GE", "GET /small HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n",
    ])
    func aClientThatSendsAByteAtATimeIsCut(start: String) throws {
        let server = try Self.impatientServer()
        let client = try RawClient(port: server.boundPort)

        client.send(start)

        #expect(client.dribbleUntilClosed(0x78))
        #expect(server.statistics.deadlineCuts == 1)
    }

    @Test func anUnfinishedRequestIsCutOnAConnectionThatServedOneBefore() throws {
        let server = try Self.impatientServer()
        let client = try RawClient(port: server.boundPort)

        _ = try client.exchange("GET", "/small")
        client.send("GET /small HTTP/1.1\r\nX-Slow: ")

        #expect(client.dribbleUntilClosed(0x78))
        #expect(server.statistics.deadlineCuts == 1)
    }

    @Test func anIdleConnectionOutlivesTheDeadline() throws {
        let server = try Self.impatientServer()
        let idle = try RawClient(port: server.boundPort)
        let fresh = try RawClient(port: server.boundPort)
        let slow = try RawClient(port: server.boundPort)
        _ = try idle.exchange("GET", "/small")

        slow.send("GET /")

        #expect(slow.dribbleUntilClosed(0x78))
        #expect(try idle.exchange("GET", "/small").status == 200)
        #expect(try fresh.exchange("GET", "/small").status == 200)
    }

    @Test func aClientThatDoesNotReadItsAnswerIsCut() throws {
        let server = try Self.impatientServer()
        let client = try RawClient(port: server.boundPort, receiveBuffer: 4096)
        let slow = try RawClient(port: server.boundPort)

        client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        // By the time the second connection is cut, the first has used up its own deadline.
        #expect(slow.dribbleUntilClosed(0x78))

        #expect(try client.readToEnd().count < 64 << 20)
    }
}
