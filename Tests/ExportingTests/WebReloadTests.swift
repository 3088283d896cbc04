import ConfigurationKeys
import Glibc
import Linux
import Microhttpd
import TelemetryMetrics
import TestKit
import Testing
import WebAccess

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct WebReloadTests {
    private struct Refusal: Error {}

    private static func exporter(_ path: String) throws -> Exporter {
        var configuration = ExporterConfiguration()
        configuration.includesProcess = false
        configuration.webConfigFile = path
        return try Exporter(MetricSet([]), configuration: configuration)
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

    private func write(_ text: String, to path: String) throws {
        let descriptor = unsafe open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        let bytes = Array(text.utf8)
        #expect(unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
    }
}
