import AsyncHTTPClient
import HeliographHTTPClient
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import TelemetryTesting
import Testing

/// Requests over loopback, one after the other, as the events are those of the process.
@Suite(.serialized, .timeLimit(.minutes(5)))
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
        let scheme = try await ended("ftp://localhost/")
        #expect((scheme.host, scheme.failure) == ("localhost", .request))
        let literal = try await ended("http://[::1]:1/", timeout: .seconds(1))
        #expect((literal.host, literal.failure) == ("[::1]", .connection))
        for url in ["http+unix://%2Fno%2Fsuch.socket/a", "unix:///no/such.socket"] {
            let socket = try await ended(url, timeout: .seconds(1))
            #expect((socket.host, socket.failure) == ("unix", .connection))
        }
        let router = Router()
        router.on("/slow", method: try #require(.init("SEARCH"))) { _, _ in
            try await Task.sleep(for: .seconds(2))
            return ""
        }
        try await Application(router: router).test(.live) { client in
            let port = try #require(client.port)
            // It answers the handshake with 400.
            let plain = try await ended("https://127.0.0.1:\(port)/", timeout: .seconds(2))
            #expect((plain.host, plain.failure) == ("127.0.0.1", .tls))
            let slow = try await ended("http://127.0.0.1:\(port)/slow", timeout: .milliseconds(200))
            #expect((slow.host, slow.failure) == ("127.0.0.1", .timeout))
            #expect(slow.duration >= .milliseconds(200))
            let missing = try await ended("http://user:word@127.0.0.1:\(port)/missing?a=/b@c")
            #expect((missing.host, missing.status, missing.failure) == ("127.0.0.1", 404, nil))
        }
    }

    @Test func theClientWritesToTheLogger() async throws {
        let (labels, writing) = AsyncStream.makeStream(of: String.self)
        let logger = Logger(label: "client") { SayingHandler(label: $0, labels: writing) }
        try await withServer(answering: "HTTP/1.1 204 No Content\r\n\r\n") { url in
            _ = try await ObservedHTTPClient().execute(
                HTTPClientRequest(url: url), timeout: .seconds(10), logger: logger)
        }
        writing.finish()
        #expect(await labels.first { _ in true } == "client")
    }

    /// Says its label for each message.
    private struct SayingHandler: LogHandler {
        let label: String
        let labels: AsyncStream<String>.Continuation
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { labels.yield(label) }
    }

    @Test(arguments: [("no HTTP\r\n\r\n", ClientFailure.response), ("HTTP/1.1 200", .closed), ("", .closed)])
    func anAnswerThatIsNoneHasFailed(answer: String, expected: ClientFailure) async throws {
        try await withServer(answering: answer) { url in
            let ended = try await ended(url)
            #expect((ended.status, ended.failure) == (nil, expected))
        }
    }

    private func withServer(answering answer: String, _ body: (String) async throws -> Void) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { $0.pipeline.addHandler(Answering(answer: answer)) }
            .bind(host: "127.0.0.1", port: 0).get()
        try await body("http://127.0.0.1:\(try #require(server.localAddress?.port))/")
        try await server.close()
    }

    /// Answers whatever comes, and closes the connection.
    private final class Answering: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: String

        init(answer: String) {
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
            context.close(promise: nil)
        }
    }
}
