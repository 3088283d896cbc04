import ConfigurationKeys
import Endpoint
import Glibc
import Linux
import Synchronization
import TelemetryMetrics
import TestKit
import Testing
import WebAccess

@testable import Exporting
@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct WebReloadTests {
    private struct Refusal: Error {}

    private static func exporter(_ path: String) throws -> Exporter {
        var configuration = ExporterConfiguration()
        configuration.includesProcess = false
        configuration.webConfigFile = path
        return try Exporter(MetricSet([]), configuration: configuration, logger: nil)
    }

    private static func status(_ exporter: Exporter, token: String) throws -> Int {
        var request = Request(path: "/metrics", headers: ["Authorization": "Bearer \(token)"])
        let gate = try #require(exporter.webReload).gate
        guard case .answer(let response) = gate.receive(&request, on: ConnectionFacts()) else { return 200 }
        return response.status
    }

    private static func value(_ name: String, _ exporter: Exporter) -> String? {
        let page = String(decoding: exporter.render(accept: nil).bytes, as: UTF8.self)
        return page.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
            .map { String($0.dropFirst(name.count + 1)) }
    }

    private static let success = "heliograph_web_config_last_reload_successful"

    @Test func aWrongFileIsThrownWhereTheExporterIsMade() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.yml"
            try write("rate_limits: {}", to: path)

            let error = #expect(throws: ConfigurationErrors.self) { try Self.exporter(path) }

            #expect(
                error?.description
                    == "\(path):1:1: rate_limits: there is no such key; did you mean rate_limit?")
        }
    }

    @Test func aReloadIsAllOrNothing() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.yml"
            try write("authorization: {bearer_tokens: [aaaaaaaaaaaaaaaa]}", to: path)
            let exporter = try Self.exporter(path)
            let reload = try #require(exporter.webReload)
            #expect(Self.value(Self.success, exporter) == "1")

            try write("authorization: {bearer_tokens: [bbbbbbbbbbbbbbbb]}", to: path)
            #expect(throws: Refusal.self) { try reload.reload { throw Refusal() } }
            #expect(try Self.status(exporter, token: "aaaaaaaaaaaaaaaa") == 200)
            #expect(Self.value(Self.success, exporter) == "1")

            try write("nonsense", to: path)
            var isCalled = false
            #expect(throws: ConfigurationErrors.self) { try reload.reload { isCalled = true } }
            #expect(!isCalled)
            #expect(try Self.status(exporter, token: "aaaaaaaaaaaaaaaa") == 200)
            #expect(Self.value(Self.success, exporter) == "0")

            try write("authorization: {bearer_tokens: [cccccccccccccccc]}", to: path)
            try reload.reload { isCalled = true }
            #expect(isCalled)
            #expect(try Self.status(exporter, token: "cccccccccccccccc") == 200)
            #expect(try Self.status(exporter, token: "aaaaaaaaaaaaaaaa") == 401)
            #expect(Self.value(Self.success, exporter) == "1")
        }
    }

    private static let end = "heliograph_web_certificate_not_after_timestamp_seconds"

    /// What is in the file for TLS with the certificate of the tests.
    private static var encrypted: String {
        let lines = [("cert", SelfSigned.certificate), ("key", SelfSigned.key)].map { name, text in
            "  \(name): |\n" + text.split(separator: "\n").map { "    \($0)\n" }.joined()
        }
        return "tls_server_config:\n" + lines.joined()
    }

    @Test func theEndOfTheCertificateIsShownWhereThereIsOne() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.yml"
            try write(Self.encrypted, to: path)
            let exporter = try Self.exporter(path)
            let reload = try #require(exporter.webReload)
            #expect(Self.value(Self.end, exporter).flatMap(Double.init) == SelfSigned.end)

            try write("", to: path)
            try reload.reload()
            #expect(Self.value(Self.end, exporter) == nil)

            try write(Self.encrypted, to: path)
            try reload.reload()
            #expect(Self.value(Self.end, exporter).flatMap(Double.init) == SelfSigned.end)
        }
    }

    @Test func aWrongFileIsReadOnce() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.yml"
            try write("", to: path)
            let exporter = try Self.exporter(path)
            let reload = try #require(exporter.webReload)
            try write("nonsense", to: path)
            #expect(throws: ConfigurationErrors.self) { try reload.reload() }

            let looks = reload.watch.withLock { [$0.look(), $0.look()] }

            #expect(looks == [false, false])
        }
    }

    /// Where there are no descriptors for further daemons, passwords and tokens stay as they were too.
    @Test func whatTheServerCanNotTakeChangesNothing() async {
        await #expect(processExitsWith: .success) {
            try await withTemporaryDirectory { directory in
                let path = "\(directory)/web.yml"
                try write("authorization: {bearer_tokens: [aaaaaaaaaaaaaaaa]}", to: path)
                let exporter = try Self.exporter(path)
                let reload = try #require(exporter.webReload)
                let server = try HTTPEndpoint([]) { _ in .text("") }.start(
                    HTTPServer.Configuration(listeners: [.address(ListenAddress(host: "127.0.0.1", port: 0))])
                )
                try reload.gate.follow(server)
                try write(Self.encrypted, to: path)
                // One for the file that is read, and none for what daemons wait on.
                let next = dup(0)
                close(next)
                var limit = rlimit(rlim_cur: rlim_t(next) + 1, rlim_max: rlim_t(next) + 1)
                guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
                    exit(2)
                }
                let error = #expect(throws: MicrohttpdError.self) { try reload.reload() }
                guard error != nil, reload.gate.tls == nil, Self.value(Self.success, exporter) == "0",
                    try Self.status(exporter, token: "aaaaaaaaaaaaaaaa") == 200,
                    try Self.status(exporter, token: "x") == 401
                else { exit(3) }
            }
        }
    }

    @Test func theServerGetsWhatTheFileSays() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.yml"
            try write("", to: path)
            let reload = try #require(try Self.exporter(path).webReload)
            let gate = reload.gate
            let server = try HTTPEndpoint([]) { _ in .text("") }.start(
                HTTPServer.Configuration(listeners: [.address(ListenAddress(host: "127.0.0.1", port: 0))]))
            try gate.follow(server)
            #expect(server.groups.current.terms.tls == nil)
            try write(Self.encrypted, to: path)

            try reload.reload()
            #expect(server.groups.current.terms.tls != nil)
            let before = gate.tls
            try gate.follow(nil)
            try write("", to: path)
            try reload.reload()
            #expect(server.groups.current.terms.tls != nil)
            // The file changed while the server started.
            try gate.follow(server, startedWith: before)
            #expect(server.groups.current.terms.tls == nil)
        }
    }

    /// A file that is empty, or half written, is right, and says nothing.
    @Test func aLookDoesNotTakeAwayTheLastProtection() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.yml"
            try write("authorization: {bearer_tokens: [aaaaaaaaaaaaaaaa]}", to: path)
            let exporter = try Self.exporter(path)
            let reload = try #require(exporter.webReload)

            try write("", to: path)
            reload.look()
            reload.look()
            #expect(try Self.status(exporter, token: "x") == 401)
            #expect(Self.value(Self.success, exporter) == "0")

            try write("authorization: {bearer_tokens: [bbbbbbbbbbbbbbbb]}", to: path)
            reload.look()
            reload.look()
            #expect(try Self.status(exporter, token: "bbbbbbbbbbbbbbbb") == 200)
            #expect(Self.value(Self.success, exporter) == "1")

            try write("", to: path)
            try reload.reload()
            #expect(try Self.status(exporter, token: "x") == 200)
            #expect(Self.value(Self.success, exporter) == "1")
        }
    }

    @Test func withoutAFileOnlyRefusalsAreShown() throws {
        var configuration = ExporterConfiguration()
        configuration.includesProcess = false
        let exporter = try Exporter(MetricSet([]), configuration: configuration)

        #expect(exporter.webReload == nil)
        #expect(Self.value(Self.success, exporter) == nil)
        #expect(
            Self.value("heliograph_http_refused_requests_total{cause=\"unauthorized\"}", exporter) == "0")
    }

    @Test func theRunningExporterSeesAChange() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.yml"
            try write("", to: path)
            let exporter = try Self.exporter(path)
            let child = try #require(exporter.webReload).loop
            let running = Task { try await child.run(name: "test") { exporter.webReload?.watchFiles() } }

            try write("authorization: {bearer_tokens: [bbbbbbbbbbbbbbbb]}", to: path)
            await yield { (try? Self.status(exporter, token: "x")) == 401 }
            running.cancel()

            _ = await running.result
            #expect(try Self.status(exporter, token: "bbbbbbbbbbbbbbbb") == 200)
        }
    }

    @Test func itsLoopsAreThoseOfTheFilesAndOfThePasswords() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.yml"
            try write("", to: path)
            var configuration = ExporterConfiguration()
            configuration.includesProcess = false
            #expect(try Exporter(MetricSet([]), configuration: configuration).loops.count == 1)
            configuration.webConfigFile = path
            let exporter = try Exporter(MetricSet([]), configuration: configuration)
            #expect(exporter.loops.count == 3)
            // Without an address nobody runs them, so that a watchdog would wait for them in vain.
            configuration.listenAddresses = []
            #expect(try Exporter(MetricSet([]), configuration: configuration).loops.count == 1)

            let reload = try #require(exporter.webReload)
            let running = Task { try await reload.loop.run(name: "test") { reload.watchFiles() } }
            for loop in exporter.loops {
                let before = loop.answers
                loop.ping()
                await yield { loop.answers > before }
            }
            running.cancel()
            _ = await running.result
        }
    }
}

private func write(_ text: String, to path: String) throws {
    let descriptor = unsafe open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
    try #require(descriptor >= 0)
    let bytes = Array(text.utf8)
    #expect(unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
}
