import CZlib
import Linux
import TestKit
import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct HTTPServerInflationTests {
    private static let limit = 200_000

    private static func server() throws -> HTTPServer {
        let listener = HTTPServer.Listener.address(ListenAddress(host: "127.0.0.1", port: 0))
        var limits = RouteLimits()
        limits.inflatedBody = limit
        limits.requestBody = 100_000
        let echo: RequestHandler = { Response(body: .bytes($0.body), isCompressible: false) }
        let router = try Router([
            Route(.post, "/inflated", limits: limits, handler: echo), Route(.post, "/raw", handler: echo),
        ])
        return try HTTPServer(router: router, configuration: .init(listeners: [listener]))
    }

    private static func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        var encoder = GzipEncoder()
        let encoded = encoder?.encode(bytes)
        return try #require(encoded)
    }

    private static func post(
        _ path: String, _ body: [UInt8], coding: String = "gzip", to client: RawClient
    ) throws -> RawResponse {
        client.send(
            "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Encoding: \(coding)\r\nContent-Length: \(body.count)\r\n\r\n"
        )
        client.send(body)
        return try client.response()
    }

    private static func bytes(_ count: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: UInt64(count))
        return (0..<count).map { _ in UInt8.random(in: 0...3, using: &generator) }
    }

    @Test(arguments: [0, 1, 16_384, 199_999, limit])
    func aBodyUpToTheBoundIsInflated(count: Int) throws {
        let server = try Self.server()
        let client = try RawClient(port: server.boundPort)
        let body = Self.bytes(count)

        for coding in ["gzip", "GZIP", "x-gzip"] {
            let response = try Self.post("/inflated", Self.gzip(body), coding: coding, to: client)
            #expect(response.status == 200)
            #expect((response.body == body) == true)
        }
    }

    @Test(arguments: [limit + 1, 50_000_000])
    func aBombIsRefusedAndTheConnectionGoesOn(count: Int) throws {
        let server = try Self.server()
        let client = try RawClient(port: server.boundPort)
        let bomb = try Self.gzip([UInt8](repeating: 0, count: count))

        #expect(try Self.post("/inflated", Array(bomb.prefix(65_536)), to: client).status == 413)
        #expect(try Self.post("/inflated", Self.gzip([1]), to: client).body == [1])
    }

    @Test func severalMembersAreOneBody() throws {
        let server = try Self.server()
        let client = try RawClient(port: server.boundPort)

        let response = try Self.post("/inflated", Self.gzip([1, 2]) + Self.gzip([3]), to: client)

        #expect(response.body == [1, 2, 3])
    }

    @Test func aBodyThatIsNotGzipOrCutShortIsABadRequest() throws {
        let server = try Self.server()
        let client = try RawClient(port: server.boundPort)
        let whole = try Self.gzip(Self.bytes(10_000))
        var damaged = whole
        damaged[whole.count / 2] ^= 0xff
        damaged[whole.count - 5] ^= 0xff

        for body in [Array("plain".utf8), Array(whole.dropLast()), Array(whole.prefix(10)), damaged] {
            #expect(try Self.post("/inflated", body, to: client).status == 400)
        }
        #expect(try Self.post("/inflated", whole, to: client).status == 200)
    }

    @Test func anotherCodingIsRefusedWithTheOneThatIsTaken() throws {
        let server = try Self.server()
        let client = try RawClient(port: server.boundPort)

        let refused = try Self.post("/inflated", [1], coding: "br", to: client)

        #expect(refused.status == 415)
        #expect(refused.headers["Accept-Encoding"] == "gzip")
        #expect(try Self.post("/inflated", [1], coding: "identity", to: client).body == [1])
    }

    @Test func aRouteThatDoesNotAskGetsTheBodyAsSent() throws {
        let server = try Self.server()
        let client = try RawClient(port: server.boundPort)
        let body = try Self.gzip([1, 2, 3])

        #expect(try Self.post("/raw", body, to: client).body == body)
    }
}
