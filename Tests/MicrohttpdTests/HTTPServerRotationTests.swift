import Glibc
import Linux
import Synchronization
import TestKit
import Testing

@testable import Microhttpd

/// Other TLS settings for a server that serves.
@Suite(.timeLimit(.minutes(5)))
struct HTTPServerRotationTests {
    private static let first = TestAuthority("CN=First CA")
    private static let second = TestAuthority("CN=Second CA")
    private static let old = TLSSettings(first.issue())
    private static let new = TLSSettings(second.issue())

    private static func client(_ server: HTTPServer, _ authority: TestAuthority) throws -> RawClient {
        try RawClient(port: server.boundPort, tls: ClientTLS(authority: authority.pem))
    }

    @Test func newConnectionsAreServedUnderTheNewSettings() throws {
        let server = try testServer { $0.tls = Self.old }
        #expect(throws: RawClient.Failure.self) { try Self.client(server, Self.second) }

        try server.replaceTLS(Self.new)

        #expect(try Self.client(server, Self.second).exchange("GET", "/small").status == 200)
        #expect(throws: RawClient.Failure.self) { try Self.client(server, Self.first) }
    }

    /// The certificate stays: what else clients agree to is looked at too.
    @Test func eachPartOfTheSettingsCounts() throws {
        let server = try testServer { $0.tls = Self.old }
        func isServed(_ priorities: String) -> Bool {
            let settings = ClientTLS(authority: Self.first.pem, priorities: priorities)
            let client = try? RawClient(port: server.boundPort, tls: settings)
            return (try? client?.exchange("GET", "/small"))?.status == 200
        }
        let changes: [(String, (inout TLSSettings) -> Void)] = [
            (
                "NORMAL:-VERS-ALL:+VERS-TLS1.2:-AES-256-GCM",
                { $0.cipherSuites = ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"] }
            ),
            ("NORMAL:-GROUP-X25519", { $0.curves = ["X25519"] }),
            ("NORMAL:-VERS-ALL:+VERS-TLS1.2", { $0.minimumVersion = .tls13 }),
            ("NORMAL:-VERS-ALL:+VERS-TLS1.3", { $0.maximumVersion = .tls12 }),
            ("NORMAL", { $0.clientAuthentication = .requireAny }),
        ]

        for (priorities, change) in changes {
            var tls = Self.old
            change(&tls)
            #expect(isServed(priorities), "\(priorities)")
            try server.replaceTLS(tls)
            #expect(!isServed(priorities), "\(priorities)")
            try server.replaceTLS(Self.old)
        }
        #expect(isServed("NORMAL"))
    }

    @Test func aThirdRotationHasTheConnectionsOfTheFirstCut() throws {
        let feed = StreamFeed()
        let server = try streamServer(tls: Self.old) { StreamedBody(FeedProducer(feed: feed)) }
        var held: [RawClient] = []
        for number in 1...3 {
            let client = try Self.client(server, number % 2 == 0 ? Self.second : Self.first)
            client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.head().status == 200)
            held.append(client)
            try server.replaceTLS(number % 2 == 0 ? Self.old : Self.new)
            #expect(server.groups.retiredCount == min(number, DaemonGroups.mostRetired))
        }

        #expect(feed.outcomes == [.broken])
        _ = try? held[0].readToEnd()
        feed.complete()
        server.stopAndWait()
    }

    @Test func anOpenConnectionIsAnsweredOnceMore() throws {
        let server = try testServer { $0.tls = Self.old }
        let client = try Self.client(server, Self.first)
        #expect(try client.exchange("GET", "/small").headers["Connection"] == nil)

        try server.replaceTLS(Self.new)
        let last = try client.exchange("GET", "/small")

        #expect(last.status == 200)
        #expect(last.headers["Connection"] == "close")
        #expect(try client.readToEnd().isEmpty)
        try eventually { server.groups.retiredCount == 0 }
    }

    @Test func anIdleConnectionIsClosed() throws {
        let server = try testServer { $0.tls = Self.old }
        let client = try Self.client(server, Self.first)
        _ = try client.exchange("GET", "/small")

        try server.replaceTLS(Self.new)

        #expect(try client.readToEnd().isEmpty)
        #expect(!client.isReset)
        try eventually { server.groups.retiredCount == 0 }
        #expect(server.statistics.cuts == [:])
    }

    @Test func aHandshakeThatHasBegunIsCutInTime() throws {
        let server = try testServer {
            $0.tls = Self.old
            $0.limits.handshakeDeadline = .milliseconds(300)
        }
        let client = try RawClient(port: server.boundPort)
        client.send([0x16, 3, 1, 2, 0])
        try eventually { server.statistics.openConnections == 1 }

        try server.replaceTLS(Self.new)

        #expect(client.dribbleUntilClosed(1))
        #expect(server.statistics.cuts == [.handshakeDeadline: 1])
        try eventually { server.groups.retiredCount == 0 }
        #expect(try Self.client(server, Self.second).exchange("GET", "/small").status == 200)
    }

    @Test func aStreamGoesOnToItsEnd() throws {
        let feed = StreamFeed()
        let stream = StreamedBody(FeedProducer(feed: feed))
        let server = try streamServer(tls: Self.old) { stream }
        let client = try Self.client(server, Self.first)
        client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.head().status == 200)

        try server.replaceTLS(Self.new)
        feed.put("after")
        stream.resume()
        #expect(String(decoding: try client.chunk(), as: UTF8.self) == "after")
        #expect(server.groups.retiredCount == 1)
        feed.complete()
        stream.resume()

        #expect(try client.chunk().isEmpty)
        try eventually { server.groups.retiredCount == 0 }
        #expect(feed.outcomes == [.complete])
    }

    @Test func whatDoesNotEndIsCutInTime() throws {
        let feed = StreamFeed()
        var configuration = HTTPServer.Configuration(listeners: [
            .address(ListenAddress(host: "127.0.0.1", port: 0))
        ])
        configuration.tls = Self.old
        configuration.limits.responseDeadline = .milliseconds(500)
        var limits = RouteLimits()
        limits.progressDeadline = .seconds(600)
        let router = try Router([
            Route(.get, "/stream", limits: limits) { _ in
                Response(body: .stream(StreamedBody(FeedProducer(feed: feed))))
            }
        ])
        let server = try HTTPServer(router: router, configuration: configuration)
        let client = try Self.client(server, Self.first)
        client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.head().status == 200)

        try server.replaceTLS(Self.new)

        _ = try? client.readToEnd()
        try eventually { server.groups.retiredCount == 0 }
        #expect(feed.outcomes == [.broken])
        #expect(server.statistics.cuts == [.responseDeadline: 1])
    }

    @Test func plainHTTPBecomesHTTPSAndBack() throws {
        let server = try testServer()
        let plain = try RawClient(port: server.boundPort)
        _ = try plain.exchange("GET", "/small")

        try server.replaceTLS(Self.new)
        #expect(try plain.exchange("GET", "/small").headers["Connection"] == "close")
        let encrypted = try Self.client(server, Self.second)
        #expect(try encrypted.exchange("GET", "/small").status == 200)
        #expect(try RawClient(port: server.boundPort).exchange("GET", "/small").status == 400)
        try server.replaceTLS(nil)

        #expect(try encrypted.exchange("GET", "/small").headers["Connection"] == "close")
        #expect(try RawClient(port: server.boundPort).exchange("GET", "/small").status == 200)
    }

    @Test func settingsThatCanNotBeUsedChangeNothing() throws {
        let server = try testServer { $0.tls = Self.old }
        let client = try Self.client(server, Self.first)
        var bad = Self.new
        bad.key = Self.old.key

        #expect(throws: MicrohttpdError.badTLS(.keyMismatch)) { try server.replaceTLS(bad) }

        #expect(server.groups.retiredCount == 0)
        #expect(try client.exchange("GET", "/small").headers["Connection"] == nil)
        #expect(try Self.client(server, Self.first).exchange("GET", "/small").status == 200)
    }

    @Test func theSameSettingsChangeNothing() throws {
        let server = try testServer { $0.tls = Self.old }
        let client = try Self.client(server, Self.first)

        try server.replaceTLS(Self.old)

        #expect(server.groups.retiredCount == 0)
        #expect(try client.exchange("GET", "/small").headers["Connection"] == nil)
    }

    @Test func aStoppedServerKeepsStopped() throws {
        let server = try testServer { $0.tls = Self.old }
        server.stopAndWait()

        try server.replaceTLS(Self.new)

        #expect(throws: RawClient.Failure.self) { try Self.client(server, Self.second) }
    }

    @Test(arguments: ["NORMAL:-VERS-ALL:+VERS-TLS1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.3"])
    func noSessionIsResumed(priorities: String) throws {
        let identity = Self.first.issue(.client())
        var tls = Self.old
        tls.clientAuthentication = .requireAndVerify
        tls.clientCA = Self.first.pem
        let server = try testServer { $0.tls = tls }
        var settings = ClientTLS(authority: Self.first.pem, identity: identity, priorities: priorities)
        let before = try RawClient(port: server.boundPort, tls: settings)
        _ = try before.exchange("GET", "/small")
        settings.resumed = before.session?.data

        let again = try? RawClient(port: server.boundPort, tls: settings)
        #expect(again?.session?.isResumed != true)
        tls.clientCA = Self.second.pem
        try server.replaceTLS(tls)

        // What was believed before is not any more, whatever the client knows of its last session.
        #expect(throws: RawClient.Failure.self) {
            try RawClient(port: server.boundPort, tls: settings).exchange("GET", "/small")
        }
    }

    @Test func noRequestFailsWhileCertificatesChange() throws {
        let server = try testServer { $0.tls = Self.old }
        let authorities = Self.first.pem + Self.second.pem
        let isOver = Atomic(false)
        let served = Atomic(0)
        let failures = Mutex<[String]>([])
        let port = server.boundPort

        try onThreads(4) { number in
            var kept: RawClient?
            while !isOver.load(ordering: .relaxed) {
                do {
                    let client = try kept ?? RawClient(port: port, tls: ClientTLS(authority: authorities))
                    let response = try client.exchange("GET", "/metrics")
                    guard response.body.count == 9000 else { throw RawClient.Failure(reason: "cut short") }
                    served.wrappingAdd(1, ordering: .relaxed)
                    kept = number % 2 == 0 || response.headers["Connection"] == "close" ? nil : client
                } catch {
                    failures.withLock { $0.append("\(error)") }
                    kept = nil
                }
            }
        } meanwhile: {
            defer { isOver.store(true, ordering: .relaxed) }
            for number in 0..<20 {
                let before = served.load(ordering: .relaxed)
                try eventually { served.load(ordering: .relaxed) > before + 20 }
                try server.replaceTLS(number % 2 == 0 ? Self.new : Self.old)
            }
        }

        #expect(failures.withLock { $0 } == [])
        #expect(server.statistics.cuts == [:])
    }

    @Test func rotationsLeaveNeitherThreadsNorDescriptorsBehind() async {
        await #expect(processExitsWith: .success) {
            let authority = TestAuthority()
            let settings = (0..<2).map { _ in TLSSettings(authority.issue()) }
            let server = try testServer { $0.tls = settings[1] }
            try server.replaceTLS(settings[0])
            try eventually { server.groups.retiredCount == 0 }
            let before = (entries(of: "/proc/self/task"), entries(of: "/proc/self/fd"))
            for number in 1...200 {
                try server.replaceTLS(settings[number % 2])
                let client = try RawClient(
                    port: server.boundPort, tls: ClientTLS(authority: authority.pem))
                let last = try client.exchange("GET", "/small", headers: "Connection: close\r\n")
                guard last.status == 200, try client.readToEnd().isEmpty else { exit(3) }
            }
            try eventually { server.groups.retiredCount == 0 }
            let after = (entries(of: "/proc/self/task"), entries(of: "/proc/self/fd"))
            // Something else in the process may have begun; daemons that are left behind would be hundreds of both.
            guard before.0 > 3, after.0 < before.0 + 10, after.1 < before.1 + 10 else { exit(1) }
        }
    }
}

private func entries(of directory: String) -> Int {
    guard let stream = unsafe opendir(directory) else { return 0 }
    defer { unsafe _ = closedir(stream) }
    var count = 0
    while unsafe readdir(stream) != nil { count += 1 }
    return count
}
