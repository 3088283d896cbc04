import Glibc
import Synchronization
import TestKit
import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct HTTPServerAbuseTests {
    @Test(arguments: [
        "GET /small\r\n\r\n", "GET /small HTTP/1.1\r\n\r\n",
        "GET /small HTTP/1.1\r\nHost: a\r\nnocolon\r\n\r\n",
        "GET  /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    ])
    func garbageIsABadRequestAndTheNextConnectionIsServed(garbage: String) throws {
        let server = try testServer()
        let client = try RawClient(port: server.boundPort)

        client.send(garbage)

        #expect(try client.response().status == 400)
        #expect(try RawClient(port: server.boundPort).exchange("GET", "/small").status == 200)
    }

    @Test(arguments: ["GARBAGE\r\n\r\n", " \r\n\r\n"])
    func aRequestLineOfAnotherShapeEndsTheConnectionAndTheNextIsServed(garbage: String) throws {
        let server = try testServer()
        let client = try RawClient(port: server.boundPort)

        client.send(garbage)

        #expect(try client.readToEnd().isEmpty)
        #expect(try RawClient(port: server.boundPort).exchange("GET", "/small").status == 200)
    }

    @Test func messagesOfLibmicrohttpdReachTheLog() throws {
        let messages = Mutex<[String]>([])
        let server = try testServer { $0.log = { message in messages.withLock { $0.append(message) } } }
        let client = try RawClient(port: server.boundPort)

        client.send("GET /small HTTP/2.0\r\n\r\n")
        _ = try client.readToEnd()

        #expect(messages.withLock { $0.first?.hasPrefix("Error processing request") } == true)
    }

    @Test(arguments: [
        ("/" + String(repeating: "x", count: 40_000), "", 414),
        ("/small", "X-Long: " + String(repeating: "x", count: 40_000) + "\r\n", 431),
    ])
    func aHeadBeyondTheMemoryOfAConnectionIsRefused(target: String, headers: String, status: Int) throws {
        let server = try testServer()
        let client = try RawClient(port: server.boundPort)

        // The answer comes while the rest is unread, so the connection may be reset before it is delivered.
        let response = try? client.exchange("GET", target, headers: headers)

        #expect(response == nil || response?.status == status)
        #expect(try RawClient(port: server.boundPort).exchange("GET", "/small").status == 200)
    }

    @Test func aThousandMutatedRequestsLeaveItServing() throws {
        let server = try testServer { $0.limits.requestDeadline = .milliseconds(100) }
        var mutation = Mutation(seed: 0x5EED)

        for _ in 0..<20 {
            let clients = try (0..<50).map { _ in try RawClient(port: server.boundPort) }
            for client in clients {
                client.send(mutation.next())
                client.finishSending()
            }
            for client in clients { _ = try client.readToEnd() }
        }

        #expect(try RawClient(port: server.boundPort).exchange("GET", "/metrics").status == 200)
        server.stopAndWait()
        #expect(server.statistics.openConnections == 0)
        #expect(server.statistics.requestsInFlight == 0)
    }

    @Test func aClientThatFinishesSendingWithItsRequestIsAnsweredAndLetGo() throws {
        let server = try testServer()
        let client = try RawClient(port: server.boundPort)

        client.send("GET /small HTTP/1.1\r\nHost: a\r\n\r\nGET /unknown HTTP/1.1\r\nHost: a\r\n\r\n")
        client.finishSending()

        #expect(try client.response().status == 200)
        #expect(try client.response().status == 404)
        #expect(try client.readToEnd().isEmpty)
        #expect(server.statistics.deadlineCuts == 0)
    }

    /// One that has sent nothing when another one waits may be ended for it; each of the others is answered.
    @Test func connectionsOverTheLimitAreServedInTurnOrCountAsEvicted() throws {
        let server = try testServer { $0.limits.connections = 4 }
        var clients = try (0..<40).map { _ in try RawClient(port: server.boundPort) }
        for client in clients { client.send("GET /small HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") }

        let answers = clients.map { client in (try? client.response())?.status }
        clients = []

        #expect(answers.allSatisfy { $0 == 200 || $0 == nil })
        // Those that were answered and have not closed yet may be ended too.
        #expect(UInt64(answers.count { $0 == nil }) <= server.statistics.cuts[.evicted, default: 0])
        #expect(server.statistics.refusedConnections == 0)
        #expect(try RawClient(port: server.boundPort).exchange("GET", "/small").status == 200)
    }
}

/// Valid requests with a few random bytes changed, added, removed or doubled; the same seed gives the same ones.
struct Mutation {
    private var generator: SeededGenerator
    private static let seeds = [
        "GET /metrics HTTP/1.1\r\nHost: test\r\nAccept-Encoding: gzip;q=0.5, *;q=0\r\n\r\n",
        "HEAD /small?name%5B%5D=a&b=%41+c HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 11\r\nX-Test: one\r\n\r\nhello world",
        "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n",
        "GET /small HTTP/1.1\r\nHost: test\r\nCookie: a=b; c=\"d\"\r\n\r\nGET /metrics HTTP/1.1\r\nHost: test\r\n\r\n",
    ]

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func next() -> [UInt8] {
        var bytes = Array(Self.seeds.randomElement(using: &generator, default: "").utf8)
        for _ in 0..<Int.random(in: 1...6, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(contentsOf: bytes[place..<min(place + 20, bytes.count)], at: place)
            default: bytes.removeSubrange(place..<min(place + 12, bytes.count))
            }
        }
        return bytes
    }
}

extension Array {
    fileprivate func randomElement(using generator: inout some RandomNumberGenerator, default: Element)
        -> Element
    {
        randomElement(using: &generator) ?? `default`
    }
}
