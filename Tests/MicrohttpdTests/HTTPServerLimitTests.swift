import Linux
import Testing

@testable import Microhttpd

/// Clients that ask for large pages and don't read them.
@Suite(.timeLimit(.minutes(5)))
struct HTTPServerLimitTests {
    /// More than the kernel's buffers take off the server.
    private static let pageSize = 16 << 20

    private static func server(
        _ limit: ResponseLimit, host: String = "127.0.0.1",
        _ adjust: (inout HTTPServer.Limits) -> Void = { _ in }
    ) throws -> HTTPServer {
        let listener = HTTPServer.Listener.address(ListenAddress(host: host, port: 0))
        var configuration = HTTPServer.Configuration(listeners: [listener])
        configuration.responses = limit
        configuration.limits.readerPatience = .seconds(1000)
        adjust(&configuration.limits)
        let router = try Router([
            Route(.get, "/page", limits: .budgeted) { request in
                let size = request.queryValues("size").first.flatMap { Int($0) } ?? pageSize
                return Response(body: .bytes([UInt8](repeating: 7, count: size)), isCompressible: false)
            },
            Route(.get, "/small") { _ in .text("small") },
        ])
        return try HTTPServer(router: router, configuration: configuration)
    }

    /// A client that has been promised a page and reads none of it.
    private static func idler(_ server: HTTPServer, _ limit: ResponseLimit) throws -> RawClient {
        let held = limit.heldBytes
        let client = try RawClient(port: server.boundPort, receiveBuffer: 4096)
        client.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n")
        try eventually { limit.heldBytes != held }
        return client
    }

    @Test func aPlaceIsHeldByAClientThatDoesNotReadUntilItLeaves() throws {
        let limit = ResponseLimit(requests: 2)
        let server = try Self.server(limit)
        var idlers = [try Self.idler(server, limit), try Self.idler(server, limit)]
        let client = try RawClient(port: server.boundPort)

        let refused = try client.exchange("GET", "/page")
        #expect(refused.status == 503)
        #expect(refused.headers["Retry-After"] == "1")
        #expect(refused.text == "Limit of concurrent requests reached (2), try again later.\n")
        #expect(limit.heldBytes == 2 * Self.pageSize)

        idlers.removeLast()
        try eventually { limit.requestsInside < 2 }
        let answer = try client.exchange("GET", "/page")
        #expect(answer.status == 200)
        #expect(answer.body == [UInt8](repeating: 7, count: Self.pageSize))
        #expect(limit.heldBytes == Self.pageSize)
    }

    @Test func whatHoldsNoPageIsAnsweredBesideClientsThatDoNotRead() throws {
        let limit = ResponseLimit(requests: 1, bytes: 1)
        let server = try Self.server(limit)
        let idler = try Self.idler(server, limit)
        let client = try RawClient(port: server.boundPort)

        // Its page would be made like any other.
        #expect(try client.exchange("HEAD", "/page").status == 503)
        #expect(try client.exchange("GET", "/small").status == 200)
        #expect(try client.exchange("POST", "/page").status == 405)
        #expect(try client.exchange("GET", "/page").status == 503)
        #expect(limit.heldBytes == Self.pageSize)
        withExtendedLifetime(idler) {}
    }

    @Test func aDeadlineThatCutsAClientGivesItsPlaceBack() throws {
        let limit = ResponseLimit(requests: 1)
        let server = try Self.server(limit) { $0.responseDeadline = .milliseconds(300) }
        let idler = try Self.idler(server, limit)

        try eventually { limit.requestsInside == 0 }

        #expect(server.statistics.deadlineCuts == 1)
        #expect(try RawClient(port: server.boundPort).exchange("GET", "/page?size=1000").status == 200)
        withExtendedLifetime(idler) {}
    }

    @Test func aStopGivesAllPlacesBack() throws {
        let limit = ResponseLimit()
        let server = try Self.server(limit)
        let idlers = try (0..<4).map { _ in try Self.idler(server, limit) }
        #expect(limit.heldBytes == 4 * Self.pageSize)

        server.stopAndWait(within: .zero)

        #expect(limit.requestsInside == 0)
        #expect(limit.heldBytes == 0)
        withExtendedLifetime(idlers) {}
    }

    @Test func pagesPastTheMemoryForThemAreRefused() throws {
        let limit = ResponseLimit(bytes: 2 * Self.pageSize)
        let server = try Self.server(limit)
        let idlers = [try Self.idler(server, limit), try Self.idler(server, limit)]
        let client = try RawClient(port: server.boundPort)

        let refused = try client.exchange("GET", "/page")

        #expect(refused.status == 503)
        #expect(refused.headers["Retry-After"] == "1")
        #expect(refused.text.contains("memory for pages that wait to be sent"))
        #expect(limit.heldBytes == 2 * Self.pageSize)
        withExtendedLifetime(idlers) {}
    }

    @Test func aPageThatProvesTooLargeOnceItIsMadeIsDropped() throws {
        let limit = ResponseLimit(bytes: 2 * Self.pageSize)
        let server = try Self.server(limit)
        let idler = try Self.idler(server, limit)
        let client = try RawClient(port: server.boundPort)

        #expect(try client.exchange("GET", "/page?size=\(Self.pageSize + 1)").status == 503)
        try eventually { limit.requestsInside == 1 }
        #expect(limit.heldBytes == Self.pageSize)
        withExtendedLifetime(idler) {}
    }

    /// A page of a size that the kernel would take whole, were its buffer not bounded.
    @Test func aPageOfAMegabyteIsNotSentWhileNobodyReadsIt() throws {
        let limit = ResponseLimit(requests: 1)
        let server = try Self.server(limit)
        let idler = try RawClient(port: server.boundPort, receiveBuffer: 4096)
        idler.send("GET /page?size=\(1 << 20) HTTP/1.1\r\nHost: a\r\n\r\n")
        try eventually { limit.heldBytes == 1 << 20 }
        let client = try RawClient(port: server.boundPort)
        for _ in 0..<5 { #expect(try client.exchange("GET", "/page").status == 503) }
        #expect(limit.heldBytes == 1 << 20)
        withExtendedLifetime(idler) {}
    }

    /// Their last bytes are in the kernel, which no page's place counts.
    @Test func connectionsThatEndedWithoutBeingReadCountUntilTheyAreCut() throws {
        let limit = ResponseLimit()
        let server = try Self.server(limit) {
            $0.connectionsPerAddress = 3
            $0.responseDeadline = .seconds(4)
        }
        let idlers = try (0..<3).map { _ in
            let idler = try RawClient(port: server.boundPort, receiveBuffer: 4096)
            idler.send("GET /page?size=\(100 << 10) HTTP/1.0\r\n\r\n")
            // Its page is made, and stays unread.
            #expect(idler.hasBytes())
            return idler
        }
        try eventually { server.statistics.requestsInFlight == 0 }
        // Once a look at the deadlines has found them, a further connection takes the place of the oldest.
        try eventually {
            _ = try? RawClient(port: server.boundPort).exchange("GET", "/small")
            return server.statistics.cuts[.evicted, default: 0] > 0
        }
        try eventually { server.statistics.deadlineCuts == 2 }
        withExtendedLifetime(idlers) {}
    }

    @Test(arguments: [ResponseLimit(requests: 3), ResponseLimit(bytes: 3 * pageSize)])
    func aReaderThatTakesNothingGivesWayToAnother(limit: ResponseLimit) throws {
        let server = try Self.server(limit) { $0.readerPatience = .milliseconds(20) }
        let idlers = try (0..<3).map { _ in try Self.idler(server, limit) }

        for number in 1...3 as ClosedRange<UInt64> {
            try eventually {
                (try? RawClient(port: server.boundPort).exchange("GET", "/page"))?.body.count == Self.pageSize
            }
            #expect(server.statistics.cuts[.slowReader, default: 0] >= 1)
            #expect(server.statistics.cuts[.slowReader, default: 0] <= number)
        }
        #expect(throws: RawClient.Failure.self) { try idlers[0].response() }
        withExtendedLifetime(idlers) {}
    }

    @Test func aClientWithFewerPagesTakesThePlaceOfOneOfMany() throws {
        let limit = ResponseLimit(requests: 3)
        let server = try Self.server(limit, host: "")
        let idlers = try (0..<3).map { _ in try Self.idler(server, limit) }
        #expect(try RawClient(port: server.boundPort).exchange("GET", "/page").status == 503)

        try eventually {
            let other = try? RawClient(port: server.boundPort, host: "::1")
            return (try? other?.exchange("GET", "/page"))?.body.count == Self.pageSize
        }

        #expect(server.statistics.cuts == [.slowReader: 1])
        withExtendedLifetime(idlers) {}
    }

    @Test func manyAnswersOnOneConnectionLeaveNothingHeld() throws {
        let limit = ResponseLimit(requests: 1, bytes: 1)
        let server = try Self.server(limit)
        let client = try RawClient(port: server.boundPort)

        for size in 0..<300 {
            #expect(try client.exchange("GET", "/page?size=\(size)").body.count == size)
            // The answer can be read before the server has noted its end.
            try eventually { limit.requestsInside == 0 }
        }

        #expect(limit.heldBytes == 0)
    }
}
