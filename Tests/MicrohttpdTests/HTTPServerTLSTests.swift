import CGnuTLS
import Linux
import Synchronization
import Testing

@testable import Microhttpd

/// What a client gets over TLS, and what both sides agree on.
@Suite(.timeLimit(.minutes(5)))
struct HTTPServerTLSTests {
    private static let authority = TestAuthority()
    private static let elliptic = authority.issue()
    private static let rsa = authority.issue(TestSubject(key: .rsa))

    private static func client(_ server: HTTPServer, _ priorities: String = "NORMAL") throws -> RawClient {
        try RawClient(
            port: server.boundPort, tls: ClientTLS(authority: authority.pem, priorities: priorities))
    }

    @Test(arguments: [elliptic, rsa], ["+VERS-TLS1.2", "+VERS-TLS1.3"])
    func answersOnAConnectionThatStaysOpen(identity: TestIdentity, version: String) throws {
        let server = try testServer { $0.tls = TLSSettings(identity) }
        let client = try Self.client(server, "NORMAL:-VERS-ALL:\(version)")

        #expect(try client.exchange("GET", "/metrics").body.count == 9000)
        #expect(try client.exchange("HEAD", "/metrics").headers["Content-Length"] == "9000")
        let packed = try client.exchange("GET", "/metrics", headers: "Accept-Encoding: gzip\r\n")
        #expect(inflated(packed.body).count == 9000)
        let body = String(repeating: "0123456789abcdef", count: 4000)
        #expect(try client.exchange("POST", "/echo", body: body).text == body)
        #expect(try client.exchange("GET", "/unknown").status == 404)
        #expect(server.statistics.openConnections == 1)
        #expect(server.statistics.cuts == [:])
    }

    @Test func answersPipelinedRequestsInOrder() throws {
        let server = try testServer { $0.tls = TLSSettings(Self.elliptic) }
        let client = try Self.client(server)

        client.send("GET /small HTTP/1.1\r\nHost: a\r\n\r\nGET /unknown HTTP/1.1\r\nHost: a\r\n\r\n")

        #expect(try client.response().status == 200)
        #expect(try client.response().status == 404)
    }

    @Test(arguments: [
        (TLSSettings.Version.tls12, TLSSettings.Version.tls12, "+VERS-TLS1.2", true),
        (.tls12, .tls12, "+VERS-TLS1.3", false), (.tls13, .tls13, "+VERS-TLS1.2", false),
        (.tls13, .tls13, "+VERS-TLS1.3", true), (.tls12, .tls13, "+VERS-TLS1.1", false),
        (.tls12, .tls13, "+VERS-TLS1.2:+VERS-TLS1.3", true),
    ])
    func speaksTheVersionsBetweenItsOldestAndItsNewest(
        oldest: TLSSettings.Version, newest: TLSSettings.Version, versions: String, isSpoken: Bool
    ) throws {
        let server = try testServer {
            $0.tls = TLSSettings(Self.rsa)
            $0.tls?.minimumVersion = oldest
            $0.tls?.maximumVersion = newest
        }

        let answer = try? Self.client(server, "NORMAL:-VERS-ALL:\(versions)").exchange("GET", "/small")

        #expect(answer?.text == (isSpoken ? "small\n" : nil))
        try eventually { server.statistics.cuts == (isSpoken ? [:] : [.handshake: 1]) }
    }

    @Test func agreesOnTheNewestVersion() throws {
        let server = try testServer { $0.tls = TLSSettings(Self.rsa) }

        #expect(try Self.client(server).session?.version == GNUTLS_TLS1_3)
    }

    @Test(
        arguments: [
            // Of TLS 1.2, only what is named.
            (rsa, ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"], "+VERS-TLS1.2", GNUTLS_CIPHER_AES_256_GCM),
            (rsa, ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"], "+VERS-TLS1.2:-AES-256-GCM", nil),
            (rsa, ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"], "+VERS-TLS1.2", GNUTLS_CIPHER_AES_128_CBC),
            (rsa, ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"], "+VERS-TLS1.2", nil),
            (
                elliptic, ["TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"], "+VERS-TLS1.2",
                GNUTLS_CIPHER_CHACHA20_POLY1305
            ),
            (elliptic, ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"], "+VERS-TLS1.2", nil),
            (elliptic, ["TLS_AES_128_GCM_SHA256"], "+VERS-TLS1.2", nil),
            // TLS 1.3 has all of its own.
            (
                rsa, ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"],
                "+VERS-TLS1.3:-AES-256-GCM:-CHACHA20-POLY1305", GNUTLS_CIPHER_AES_128_GCM
            ),
            (
                elliptic, ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"], "+VERS-TLS1.3:+VERS-TLS1.2",
                GNUTLS_CIPHER_AES_256_GCM
            ),
            // Without a name, what authenticates.
            (rsa, [], "+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC", nil),
            (rsa, [], "+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM", GNUTLS_CIPHER_AES_128_GCM),
            (rsa, [], "+VERS-TLS1.2:-KX-ALL:+RSA", nil),
        ] as [(TestIdentity, [String], String, gnutls_cipher_algorithm_t?)])
    func usesTheSuitesThatAreNamed(
        identity: TestIdentity, suites: [String], client: String, cipher: gnutls_cipher_algorithm_t?
    ) throws {
        let server = try testServer {
            $0.tls = TLSSettings(identity)
            $0.tls?.cipherSuites = suites
        }

        let connected = try? Self.client(server, "NORMAL:-VERS-ALL:\(client)")

        #expect(connected?.session?.cipher == cipher)
        #expect((try connected?.exchange("GET", "/small"))?.text == (cipher == nil ? nil : "small\n"))
    }

    @Test(
        arguments: ["+VERS-TLS1.2", "+VERS-TLS1.3"],
        [
            ([], "NORMAL", GNUTLS_GROUP_SECP256R1), (["X25519"], "NORMAL", GNUTLS_GROUP_X25519),
            (["CurveP384"], "NORMAL", GNUTLS_GROUP_SECP384R1),
            (["CurveP384", "CurveP521"], "NORMAL:-GROUP-SECP384R1", GNUTLS_GROUP_SECP521R1),
            (["CurveP521"], "NORMAL:-GROUP-SECP521R1", nil),
        ] as [([String], String, gnutls_group_t?)])
    func usesTheCurvesThatAreNamed(
        version: String, _ expected: (curves: [String], client: String, group: gnutls_group_t?)
    ) throws {
        let server = try testServer {
            $0.tls = TLSSettings(Self.elliptic)
            $0.tls?.curves = expected.curves
        }

        let client = try? Self.client(server, "\(expected.client):-VERS-ALL:\(version)")

        #expect(client?.session?.group == expected.group)
    }

    @Test func stagesAreToldOfIt() throws {
        let facts = Mutex<[ConnectionFacts]>([])
        let stage = ClosureStage { _, connection in
            facts.withLock { $0.append(connection) }
            return .pass
        }
        let server = try testServer(stages: [stage]) { $0.tls = TLSSettings(Self.elliptic) }

        _ = try Self.client(server).exchange("GET", "/small")

        #expect(facts.withLock { $0 }.map(\.isTLS) == [true])
        #expect(facts.withLock { $0 }.map(\.identity) == [nil])
        #expect(facts.withLock { $0 }.map(\.remoteAddress) == ["127.0.0.1"])
    }

    @Test(arguments: ["", "Accept-Encoding: gzip\r\n"])
    func aStreamOfManyPiecesArrivesInOrder(headers: String) throws {
        let feed = StreamFeed()
        let piece = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let server = try streamServer(tls: TLSSettings(Self.elliptic)) {
            StreamedBody(PieceProducer(pieces: 20, piece: piece, feed: feed))
        }
        let client = try Self.client(server)

        for _ in 0..<2 {
            let response = try client.exchange("GET", "/stream", headers: headers)
            let body = headers.isEmpty ? response.body : inflated(response.body)
            #expect((body == Array(repeatElement(piece, count: 20).joined())) == true)
        }
        try eventually { feed.outcomes == [.complete, .complete] }
    }

    @Test func aPausedStreamGoesOnAndEndsWithAStop() throws {
        let feed = StreamFeed()
        let stream = StreamedBody(FeedProducer(feed: feed))
        let server = try streamServer(tls: TLSSettings(Self.elliptic)) { stream }
        let client = try Self.client(server)

        client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.head().status == 200)
        for text in ["one", "two"] {
            feed.put(text)
            stream.resume()
            #expect(String(decoding: try client.chunk(), as: UTF8.self) == text)
        }
        server.stopAndWait()

        #expect(try client.chunk().isEmpty)
        #expect(feed.outcomes == [.broken])
    }

    @Test func aLargeBodyReachesAClientThatReadsSlowly() throws {
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let router = try Router([
            Route(.get, "/") { _ in Response(body: .bytes(body), isCompressible: false) }
        ])
        var configuration = HTTPServer.Configuration(listeners: [
            .address(ListenAddress(host: "127.0.0.1", port: 0))
        ])
        configuration.tls = TLSSettings(Self.elliptic)
        let server = try HTTPServer(router: router, configuration: configuration)
        let client = try RawClient(
            port: server.boundPort, receiveBuffer: 4096, tls: ClientTLS(authority: Self.authority.pem))

        for _ in 0..<2 { #expect((try client.exchange("GET", "/").body == body) == true) }
    }
}
