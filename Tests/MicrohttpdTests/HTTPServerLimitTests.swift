import Linux
import Testing

@testable import Microhttpd

/// Clients that ask for large pages and don't read them.
@Suite(.timeLimit(.minutes(5)))
struct HTTPServerLimitTests {
    /// More than the kernel's buffers take off the server.
    private static let pageSize = 16 << 20

    private static func server(
        _ pages: Places, host: String = "127.0.0.1",
        _ adjust: (inout HTTPServer.Limits) -> Void = { _ in }
    ) throws -> HTTPServer {
        let listener = HTTPServer.Listener.address(ListenAddress(host: host, port: 0))
        var configuration = HTTPServer.Configuration(listeners: [listener])
        configuration.pages = pages
        configuration.limits.readerPatience = .seconds(1000)
        adjust(&configuration.limits)
        let router = try Router([
            Route(.get, "/page", limits: .page) { request in
                let size = request.queryValues("size").first.flatMap { Int($0) } ?? pageSize
                return Response(body: .bytes([UInt8](repeating: 7, count: size)), isCompressible: false)
            },
            Route(.get, "/stream", limits: .page) { _ in
                let piece = [UInt8](repeating: 7, count: pageSize / 16)
                let producer = PieceProducer(pieces: 16, piece: piece, feed: StreamFeed())
                return Response(body: .stream(StreamedBody(producer)), isCompressible: false)
            },
            Route(.get, "/small") { _ in .text("small") },
        ])
        return try HTTPServer(router: router, configuration: configuration)
    }

    /// A client that has been promised a page and reads none of it.
    private static func idler(_ server: HTTPServer, _ path: String = "/page") throws -> RawClient {
        let client = try RawClient(port: server.boundPort, receiveBuffer: 4096)
        client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.hasBytes())
        return client
    }

    @Test(arguments: ["/page", "/stream"])
    func aPlaceIsHeldByAClientThatDoesNotReadUntilItLeaves(path: String) throws {
        let pages = Places(2)
        let server = try Self.server(pages)
        var idlers = [try Self.idler(server, path), try Self.idler(server, path)]
        let client = try RawClient(port: server.boundPort)

        let refused = try client.exchange("GET", path)
        #expect(refused.status == 503)
        #expect(refused.headers["Retry-After"] == "1")
        #expect(refused.text == "Limit of concurrent requests reached (2), try again later.\n")
        #expect(pages.count == 2)

        idlers.removeLast()
        try eventually { pages.count < 2 }
        let answer = try client.exchange("GET", path)
        #expect(answer.status == 200)
        #expect(answer.body == [UInt8](repeating: 7, count: Self.pageSize))
        // The answer can be read before the server has noted its end.
        try eventually { pages.count == 1 }
    }

    @Test func whatIsNoPageIsAnsweredBesideClientsThatDoNotRead() throws {
        let pages = Places(1)
        let server = try Self.server(pages)
        let idler = try Self.idler(server)
        let client = try RawClient(port: server.boundPort)

        // Its page would be made like any other.
        #expect(try client.exchange("HEAD", "/page").status == 503)
        #expect(try client.exchange("GET", "/small").status == 200)
        #expect(try client.exchange("POST", "/page").status == 405)
        #expect(try client.exchange("GET", "/page").status == 503)
        #expect(pages.count == 1)
        withExtendedLifetime(idler) {}
    }

    @Test(arguments: ["/page", "/stream"])
    func aDeadlineThatCutsAClientGivesItsPlaceBack(path: String) throws {
        let pages = Places(1)
        let server = try Self.server(pages) { $0.responseDeadline = .milliseconds(300) }
        let idler = try Self.idler(server, path)

        try eventually { pages.count == 0 }

        #expect(server.statistics.deadlineCuts == 1)
        #expect(try RawClient(port: server.boundPort).exchange("GET", "/page?size=1000").status == 200)
        withExtendedLifetime(idler) {}
    }

    @Test(arguments: ["/page", "/stream"])
    func aStopGivesAllPlacesBack(path: String) throws {
        let pages = Places(10)
        let server = try Self.server(pages)
        let idlers = try (0..<4).map { _ in try Self.idler(server, path) }
        #expect(pages.count == 4)

        server.stopAndWait(within: .zero)

        #expect(pages.count == 0)
        withExtendedLifetime(idlers) {}
    }

    /// With HTTP/1.0 nothing else tells a client that it got a part only.
    @Test func aStopResetsAStreamThatHasNotEnded() throws {
        let pages = Places(1)
        let server = try Self.server(pages)
        let client = try RawClient(port: server.boundPort, receiveBuffer: 4096)
        client.send("GET /stream HTTP/1.0\r\n\r\n")
        #expect(try client.head().headers["Transfer-Encoding"] == nil)
        // More than fits is sent by now; a client that had taken all that was sent would see a plain end.
        #expect(client.hasBytes())

        server.stopAndWait(within: .zero)

        #expect(try client.readToEnd().count < Self.pageSize)
        #expect(client.isReset)
    }

    /// A page of a size that the kernel would take whole, were its buffer not bounded.
    @Test func aPageOfAMegabyteIsNotSentWhileNobodyReadsIt() throws {
        let pages = Places(1)
        let server = try Self.server(pages)
        let idler = try Self.idler(server, "/page?size=\(1 << 20)")
        let client = try RawClient(port: server.boundPort)
        for _ in 0..<5 { #expect(try client.exchange("GET", "/page").status == 503) }
        #expect(pages.count == 1)
        withExtendedLifetime(idler) {}
    }

    /// Their last bytes are in the kernel, which no page's place counts.
    @Test func connectionsThatEndedWithoutBeingReadCountUntilTheyAreCut() throws {
        let server = try Self.server(Places(.max)) {
            $0.connectionsPerAddress = 3
            $0.responseDeadline = .seconds(10)
        }
        let idlers = try (0..<3).map { _ in
            let idler = try RawClient(port: server.boundPort, receiveBuffer: 4096)
            idler.send("GET /page?size=\(100 << 10) HTTP/1.0\r\n\r\n")
            // Its page is made, and stays unread.
            #expect(idler.hasBytes())
            return idler
        }
        try eventually { server.statistics.requestsInFlight == 0 }
        // Once a look at the deadlines has found them, a further connection takes the place of one.
        try eventually {
            _ = try? RawClient(port: server.boundPort).exchange("GET", "/small")
            return idlers.contains(where: \.isBroken)
        }
        #expect(server.statistics.cuts[.evicted, default: 0] > 0)
        // The deadline cuts the others.
        try eventually { idlers.allSatisfy(\.isBroken) }
        #expect(1...2 ~= server.statistics.deadlineCuts)
    }

    @Test(arguments: ["/page", "/stream"])
    func aReaderThatTakesNothingGivesWayToAnother(path: String) throws {
        let server = try Self.server(Places(3)) { $0.readerPatience = .milliseconds(20) }
        let idlers = try (0..<3).map { _ in try Self.idler(server, path) }

        for number in 1...3 as ClosedRange<UInt64> {
            try eventually {
                (try? RawClient(port: server.boundPort).exchange("GET", path))?.body.count == Self.pageSize
            }
            #expect(server.statistics.cuts[.slowReader, default: 0] >= 1)
            #expect(server.statistics.cuts[.slowReader, default: 0] <= number)
        }
        let cut = idlers.count { (try? $0.response()) == nil }
        #expect(UInt64(cut) == server.statistics.cuts[.slowReader])
    }

    @Test(arguments: ["/page", "/stream"])
    func aClientWithFewerPagesTakesThePlaceOfOneOfMany(path: String) throws {
        let server = try Self.server(Places(3), host: "")
        let idlers = try (0..<3).map { _ in try Self.idler(server, path) }
        #expect(try RawClient(port: server.boundPort).exchange("GET", path).status == 503)

        try eventually {
            let other = try? RawClient(port: server.boundPort, host: "::1")
            return (try? other?.exchange("GET", path))?.body.count == Self.pageSize
        }

        #expect(server.statistics.cuts == [.slowReader: 1])
        withExtendedLifetime(idlers) {}
    }

    @Test(arguments: ["/page", "/stream"])
    func manyAnswersOnOneConnectionLeaveNothingHeld(path: String) throws {
        let pages = Places(1)
        let server = try Self.server(pages)
        let client = try RawClient(port: server.boundPort)

        for size in path == "/page" ? 0..<300 : Self.pageSize..<Self.pageSize + 5 {
            let expected = path == "/page" ? size : Self.pageSize
            #expect(try client.exchange("GET", "\(path)?size=\(size)").body.count == expected)
            // The answer can be read before the server has noted its end.
            try eventually { pages.count == 0 }
        }
    }
}
