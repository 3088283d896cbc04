#if Hummingbird
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// A short body while it is collected, so that Hummingbird can send it at once with the head; thread-safe.
final class CollectedBody: Sendable {
    private struct Parts {
        var buffer: ByteBuffer?
        var trailers: HTTPFields?
    }

    private let parts = Mutex(Parts())

    /// Takes all of `body`.
    ///
    /// - Throws: what `body` throws.
    @concurrent
    func collect(_ body: ResponseBody) async throws {
        try await body.write(CollectingWriter(body: self))
    }

    /// How many bytes there are.
    var count: Int { parts.withLock { $0.buffer?.readableBytes ?? 0 } }

    /// The same body in one piece.
    var body: ResponseBody {
        let parts = parts.withLock(\.self)
        guard let trailers = parts.trailers else {
            return parts.buffer.map { ResponseBody(byteBuffer: $0) } ?? ResponseBody()
        }
        return ResponseBody(contentLength: parts.buffer?.readableBytes ?? 0) { writer in
            if let buffer = parts.buffer { try await writer.write(buffer) }
            try await writer.finish(trailers)
        }
    }

    fileprivate func append(_ buffer: ByteBuffer) {
        parts.withLock { parts in
            // Most often there is one, which is taken as it is.
            if parts.buffer?.writeImmutableBuffer(buffer) == nil { parts.buffer = buffer }
        }
    }

    fileprivate func finish(_ trailers: HTTPFields?) {
        parts.withLock { $0.trailers = trailers }
    }
}

private struct CollectingWriter: ResponseBodyWriter {
    let body: CollectedBody

    @concurrent
    mutating func write(_ buffer: ByteBuffer) async throws { body.append(buffer) }

    @concurrent
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws { body.finish(trailingHeaders) }
}
#endif
