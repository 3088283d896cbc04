#if Hummingbird
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Telemetry

/// A response while it is sent; thread-safe.
///
/// What nobody sends was cancelled, and ends when it is released.
final class ResponseInProgress: Sendable {
    private struct Progress {
        var firstByte: ContinuousClock.Instant?
        var byteCount = 0
        var clientIsGone = false
        var isOver = false
    }

    private let request: RunningRequest
    private let route: String
    private let status: Int
    private let progress = Mutex(Progress())

    init(_ request: RunningRequest, route: String, status: Int) {
        self.request = request
        self.route = route
        self.status = status
    }

    deinit { end(.cancelled) }

    /// Sends `body`; the head of the response has been sent.
    ///
    /// - Throws: what `body` or the writer throws, after saying so.
    @concurrent
    func send(_ body: ResponseBody, to writer: any ResponseBodyWriter) async throws {
        progress.withLock { $0.firstByte = .now }
        do {
            try await request.trace.around { try await body.write(observe(writer)) }
        } catch {
            let isGone = progress.withLock(\.clientIsGone)
            request.threw(error, route: route)
            end(isGone || RunningRequest.isCancellation(error) ? .cancelled : .failed)
            throw error
        }
        end(.completed)
    }

    private func observe(_ writer: some ResponseBodyWriter) -> any ResponseBodyWriter {
        ObservedWriter(base: writer, response: self)
    }

    func sent(_ byteCount: Int) {
        progress.withLock { $0.byteCount += byteCount }
    }

    /// What is written can fail for one reason: there is no connection any more.
    func writingFailed() {
        progress.withLock { $0.clientIsGone = true }
    }

    /// Says how it ended, once.
    private func end(_ outcome: HTTPServerEvents.Outcome) {
        let ended = progress.withLock { progress -> Progress? in
            defer { progress.isOver = true }
            return progress.isOver ? nil : progress
        }
        guard let ended else { return }
        request.end(
            route: route, status: status, outcome,
            timeToFirstByte: ended.firstByte.map { $0 - request.began }, responseBodySize: ended.byteCount)
    }
}

/// Counts what is written to `base`.
private struct ObservedWriter<Base: ResponseBodyWriter>: ResponseBodyWriter {
    var base: Base
    let response: ResponseInProgress

    @concurrent
    mutating func write(_ buffer: ByteBuffer) async throws {
        do {
            try await base.write(buffer)
        } catch {
            response.writingFailed()
            throw error
        }
        response.sent(buffer.readableBytes)
    }

    @concurrent
    mutating func write(contentsOf buffers: some Sequence<ByteBuffer>) async throws {
        let buffers = Array(buffers)
        do {
            try await base.write(contentsOf: buffers)
        } catch {
            response.writingFailed()
            throw error
        }
        response.sent(buffers.reduce(0) { $0 + $1.readableBytes })
    }

    @concurrent
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        let response = response
        do {
            try await base.finish(trailingHeaders)
        } catch {
            response.writingFailed()
            throw error
        }
    }
}
#endif
