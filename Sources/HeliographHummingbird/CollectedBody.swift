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
        var isTooLong = false
    }

    /// Bytes that are held at most: a body may write more than it said.
    private let limit: Int
    private let parts = Mutex(Parts())

    init(upTo limit: Int) {
        self.limit = limit
    }

    /// Takes all of `body`.
    ///
    /// - Throws: what `body` throws, and `OverlongBody` where it writes more than the limit, even if it goes on after that.
    @concurrent
    func collect(_ body: ResponseBody) async throws {
        try await body.write(CollectingWriter(body: self))
        if parts.withLock(\.isTooLong) { throw OverlongBody(limit: limit) }
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

    fileprivate func append(_ buffer: ByteBuffer) throws {
        try parts.withLock { parts in
            guard !parts.isTooLong, buffer.readableBytes <= limit - (parts.buffer?.readableBytes ?? 0) else {
                parts = Parts(isTooLong: true)
                throw OverlongBody(limit: limit)
            }
            // Most often there is one, which is taken as it is.
            if parts.buffer?.writeImmutableBuffer(buffer) == nil { parts.buffer = buffer }
        }
    }

    fileprivate func finish(_ trailers: HTTPFields?) {
        parts.withLock { $0.trailers = trailers }
    }
}

/// A body that said it was short and wrote more than is collected; what it wrote is not sent, as its `Content-Length` would be wrong.
struct OverlongBody: Error, CustomStringConvertible {
    let limit: Int

    var description: String { "a response body wrote more than \(limit) bytes, and said it was not longer" }
}

private struct CollectingWriter: ResponseBodyWriter {
    let body: CollectedBody

    @concurrent
    mutating func write(_ buffer: ByteBuffer) async throws { try body.append(buffer) }

    @concurrent
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws { body.finish(trailingHeaders) }
}
#endif
