import AsyncHTTPClient
import HeliographHTTPClient
import Hummingbird
import HummingbirdTesting
import NIOCore
import NIOHTTP1
import TelemetryTesting
import Testing

/// Requests over loopback; each test has a host or method of its own, as the events are those of the process.
@Suite(.timeLimit(.minutes(5)))
struct HTTPClientHookTests {
    private func ended(
        _ url: String, timeout: TimeAmount = .seconds(10)
    ) async throws -> HTTPClientEvents.Ended {
        let capture = try EventCapture(of: HTTPClientEvents.stop)
        defer { capture.stop() }
        var request = HTTPClientRequest(url: url)
        request.method = .SEARCH
        _ = try? await ObservedHTTPClient().execute(request, timeout: timeout)
        return try await capture.first { $0.method == .other }
    }

    @Test func failuresAreToldApart() async throws {
        // Nothing listens on port 1; it is tried until the deadline.
        let refused = try await ended("http://localhost:1/", timeout: .seconds(1))
        #expect((refused.host, refused.status, refused.failure) == ("localhost", nil, .connection))
        #expect(refused.error != nil)
        let malformed = try await ended("http:///")
        #expect((malformed.host, malformed.failure) == ("", .request))
        let router = Router()
        router.on("/slow", method: try #require(.init("SEARCH"))) { _, _ in
            try await Task.sleep(for: .seconds(2))
            return ""
        }
        try await Application(router: router).test(.live) { client in
            let port = try #require(client.port)
            let slow = try await ended("http://127.0.0.1:\(port)/slow", timeout: .milliseconds(200))
            #expect((slow.host, slow.failure) == ("127.0.0.1", .timeout))
            #expect(slow.duration >= .milliseconds(200))
            let missing = try await ended("http://user:word@127.0.0.1:\(port)/missing?a=/b@c")
            #expect((missing.host, missing.status, missing.failure) == ("127.0.0.1", 404, nil))
        }
    }
}
