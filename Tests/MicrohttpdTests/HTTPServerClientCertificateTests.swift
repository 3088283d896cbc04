import CGnuTLS
import Linux
import Synchronization
import Testing

@testable import Microhttpd

/// Which clients get to HTTP, by their certificates and what the server asks for.
@Suite(.timeLimit(.minutes(5)))
struct HTTPServerClientCertificateTests {
    typealias Authentication = TLSSettings.ClientAuthentication

    /// What a client has to show.
    enum Shown: CaseIterable {
        case nothing, good, ofAnotherCA, expired, notYetValid, ofAServer, selfSigned
    }

    private static let authority = TestAuthority()
    private static let identity = authority.issue()
    private static let identities: [Shown: TestIdentity] = [
        .good: authority.issue(.client()),
        .ofAnotherCA: TestAuthority("CN=Another CA").issue(.client()),
        .expired: authority.issue(expired),
        .notYetValid: authority.issue(early),
        .ofAServer: authority.issue(TestSubject(purposes: [GNUTLS_KP_TLS_WWW_SERVER])),
        .selfSigned: TestAuthority("CN=client,O=Test").own,
    ]

    private static var expired: TestSubject {
        var subject = TestSubject.client()
        subject.ends = -60
        return subject
    }

    private static var early: TestSubject {
        var subject = TestSubject.client()
        subject.begins = 600
        return subject
    }

    /// A server that answers with whom it takes the client for.
    private static func server(_ adjust: (inout TLSSettings) -> Void) throws -> HTTPServer {
        var tls = TLSSettings(identity)
        adjust(&tls)
        var configuration = HTTPServer.Configuration(listeners: [
            .address(ListenAddress(host: "127.0.0.1", port: 0))
        ])
        configuration.tls = tls
        let router = try Router([
            Route(.get, "/who") { request in .text(request.identity ?? "nobody") }
        ])
        return try HTTPServer(router: router, configuration: configuration)
    }

    /// Whom the server takes a client for, on two requests of a connection; nil for one that gets no answer.
    private static func answer(
        _ server: HTTPServer, _ identity: TestIdentity?, _ version: String = "+VERS-TLS1.3"
    ) -> String? {
        let tls = ClientTLS(
            authority: authority.pem, identity: identity, priorities: "NORMAL:-VERS-ALL:\(version)")
        guard let client = try? RawClient(port: server.boundPort, tls: tls),
            let first = try? client.exchange("GET", "/who").text,
            let second = try? client.exchange("GET", "/who").text
        else { return nil }
        #expect(first == second)
        return String(first.dropLast())
    }

    private static func expected(_ authentication: Authentication, _ shown: Shown) -> String? {
        switch (authentication, shown) {
        case (.none, _), (.request, _), (.verifyIfGiven, .nothing): "nobody"
        case (.requireAny, .nothing): nil
        case (.requireAny, _): "nobody"
        case (.verifyIfGiven, .good), (.requireAndVerify, .good): "CN=client,O=Test"
        case (.verifyIfGiven, _), (.requireAndVerify, _): nil
        }
    }

    @Test(arguments: Authentication.allCases, ["+VERS-TLS1.2", "+VERS-TLS1.3"])
    func admitsWhomTheTypeAdmits(authentication: Authentication, version: String) throws {
        let server = try Self.server { tls in
            tls.clientAuthentication = authentication
            if authentication.verifies { tls.clientCA = Self.authority.pem }
        }
        var refused: UInt64 = 0

        for shown in Shown.allCases {
            let expected = Self.expected(authentication, shown)
            #expect(Self.answer(server, Self.identities[shown], version) == expected, "\(shown)")
            refused += expected == nil ? 1 : 0
        }

        try eventually { server.statistics.cuts == (refused > 0 ? [.handshake: refused] : [:]) }
    }

    @Test(arguments: [
        (Shown.nothing, GNUTLS_A_CERTIFICATE_REQUIRED), (.expired, GNUTLS_A_BAD_CERTIFICATE),
    ])
    func aClientIsToldWhyItIsRefused(shown: Shown, alert: gnutls_alert_description_t) throws {
        let server = try Self.server { tls in
            tls.clientAuthentication = .requireAndVerify
            tls.clientCA = Self.authority.pem
        }
        // The handshake of TLS 1.3 is over for the client before the server has seen its certificate.
        let client = try RawClient(
            port: server.boundPort,
            tls: ClientTLS(authority: Self.authority.pem, identity: Self.identities[shown]))

        #expect(throws: RawClient.Failure.self) { try client.exchange("GET", "/who") }

        #expect(client.session?.alert == alert)
    }

    @Test(arguments: Authentication.allCases, ["+VERS-TLS1.2", "+VERS-TLS1.3"])
    func clientsAreAskedForACertificateWhereOneIsOfUse(
        authentication: Authentication, version: String
    ) throws {
        let server = try Self.server { tls in
            tls.clientAuthentication = authentication
            if authentication.verifies { tls.clientCA = Self.authority.pem }
        }
        let tls = ClientTLS(
            authority: Self.authority.pem, identity: Self.identities[.good],
            priorities: "NORMAL:-VERS-ALL:\(version)")

        let client = try RawClient(port: server.boundPort, tls: tls)

        #expect(client.session?.isAskedForCertificate == (authentication != .none))
    }

    @Test(arguments: [
        (Shown.nothing, "it showed no certificate"),
        (.ofAnotherCA, "the certificate of CN=client,O=Test is not believed"),
    ])
    func whyAClientIsRefusedIsTold(shown: Shown, reason: String) throws {
        let reasons = Mutex<[String]>([])
        var configuration = HTTPServer.Configuration(listeners: [
            .address(ListenAddress(host: "127.0.0.1", port: 0))
        ])
        configuration.tls = TLSSettings(Self.identity)
        configuration.tls?.clientAuthentication = .requireAndVerify
        configuration.tls?.clientCA = Self.authority.pem
        configuration.connectionEvent = { event in
            if case .clientRefused(let reason) = event { reasons.withLock { $0.append(reason) } }
        }
        let server = try HTTPServer(router: testRouter(), configuration: configuration)

        #expect(Self.answer(server, Self.identities[shown]) == nil)

        try eventually { reasons.withLock { $0.count == 1 } }
        #expect(reasons.withLock { $0 }.first?.hasPrefix(reason) == true)
    }

    @Test func believesEachOfSeveralCAs() throws {
        let other = TestAuthority("CN=Other CA")
        let server = try Self.server { tls in
            tls.clientAuthentication = .requireAndVerify
            tls.clientCA = other.pem + Self.authority.pem
        }

        #expect(Self.answer(server, Self.identities[.good]) == "CN=client,O=Test")
        #expect(Self.answer(server, other.issue(.client("CN=other"))) == "CN=other")
        #expect(Self.answer(server, Self.identities[.ofAnotherCA]) == nil)
    }

    @Test(
        arguments: [
            ([.dns("a.test"), .dns("b.test")], ["b.test"], true),
            ([.dns("a.test")], ["b.test", "a.test"], true),
            ([.dns("a.test")], ["A.test"], false),
            ([.dns("a.test")], ["test"], false),
            ([.dns("*.test")], ["a.test"], false),
            ([.email("me@a.test")], ["me@a.test"], true),
            ([.uri("spiffe://a.test/x")], ["spiffe://a.test/x"], true),
            ([.uri("spiffe://a.test/xy")], ["spiffe://a.test/x"], false),
            ([.address([10, 0, 0, 1])], ["10.0.0.1"], true),
            ([.address([10, 0, 0, 1])], ["10.0.0.10"], false),
            ([.address([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])], ["2001:DB8::1"], true),
            ([.dns("10.0.0.1")], ["10.0.0.2"], false),
            // The distinguished name is none of them.
            ([], ["client"], false),
        ] as [([TestSubject.Name], [String], Bool)])
    func admitsWhoHasAnAllowedName(names: [TestSubject.Name], allowed: [String], isAdmitted: Bool) throws {
        let server = try Self.server { tls in
            tls.clientAuthentication = .requireAndVerify
            tls.clientCA = Self.authority.pem
            tls.allowedNames = allowed
        }

        let answer = Self.answer(server, Self.authority.issue(.client(names: names)))

        #expect(answer == (isAdmitted ? "CN=client,O=Test" : nil))
    }

    @Test func aNameDoesNotEndAtAZeroByte() throws {
        let server = try Self.server { tls in
            tls.clientAuthentication = .requireAndVerify
            tls.clientCA = Self.authority.pem
            tls.allowedNames = ["a.test"]
        }
        var subject = TestSubject.client()

        subject.rawNames = [0x30, 8, 0x82, 6] + Array("a.test".utf8)
        #expect(Self.answer(server, Self.authority.issue(subject)) == "CN=client,O=Test")
        subject.rawNames = [0x30, 14, 0x82, 12] + Array("a.test\0.evil".utf8)
        #expect(Self.answer(server, Self.authority.issue(subject)) == nil)
    }

    @Test func anAllowedNameDoesNotMakeUpForAnUnknownCA() throws {
        let server = try Self.server { tls in
            tls.clientAuthentication = .verifyIfGiven
            tls.clientCA = Self.authority.pem
            tls.allowedNames = ["a.test"]
        }

        #expect(Self.answer(server, TestAuthority().issue(.client(names: [.dns("a.test")]))) == nil)
        #expect(
            Self.answer(server, Self.authority.issue(.client(names: [.dns("a.test")]))) == "CN=client,O=Test")
        #expect(Self.answer(server, nil) == "nobody")
    }

    @Test func aSubjectWithoutADistinguishedNameIsCalledByItsFirstName() throws {
        let server = try Self.server { tls in
            tls.clientAuthentication = .requireAndVerify
            tls.clientCA = Self.authority.pem
        }

        let client = Self.authority.issue(.client("", names: [.uri("spiffe://a.test/x"), .dns("a.test")]))

        #expect(Self.answer(server, client) == "spiffe://a.test/x")
    }
}
