import Bytes
import Linux
import Synchronization
import TestKit

@testable import Listeners

/// The frames a listener handed out, awaited one by one.
final class FrameLog {
    private var iterator: AsyncStream<String>.Iterator
    private let log: StatisticsLog

    init(_ stream: AsyncStream<String>, _ log: StatisticsLog) {
        iterator = stream.makeAsyncIterator()
        self.log = log
    }

    /// What the listener has counted so far.
    var statistics: ListenerStatistics { log.total }

    /// Whatever is left once the stream has ended.
    func rest() async -> [String] {
        var frames: [String] = []
        while let frame = await next() { frames.append(frame) }
        return frames
    }

    func next() async -> String? { await iterator.next(isolation: #isolation) }
}

/// What a listener left when it had ended: its counts, and the frames that nobody awaited.
struct Outcome {
    var statistics: ListenerStatistics
    var rest: [String]
}

/// The sum of all statistics that a consumer was told.
final class StatisticsLog: Sendable {
    private let sum = Mutex(ListenerStatistics())

    var total: ListenerStatistics { sum.withLock { $0 } }

    func add(_ other: ListenerStatistics) {
        sum.withLock {
            $0.frames += other.frames
            $0.tooLong += other.tooLong
            $0.unfinished += other.unfinished
            $0.accepted += other.accepted
            $0.refused += other.refused
            $0.closed += other.closed
            $0.cut.merge(other.cut, uniquingKeysWith: +)
            $0.acceptFailures += other.acceptFailures
        }
    }
}

/// Passes on each frame; with a gate it waits there after the first.
struct LoggingConsumer: FrameConsumer {
    /// What each frame is answered.
    typealias Replies = @Sendable (String) -> String

    private let log: AsyncStream<String>.Continuation
    private let statistics: StatisticsLog
    private var gate: WakeUp?
    private var reply = ""
    private let replies: Replies

    init(
        _ log: AsyncStream<String>.Continuation, _ statistics: StatisticsLog, _ gate: WakeUp?,
        replies: @escaping Replies = { _ in "" }
    ) {
        self.replies = replies
        self.log = log
        self.statistics = statistics
        self.gate = gate
    }

    mutating func receive(_ line: RawSpan) {
        let text = line.text(in: 0..<line.byteCount)
        reply += replies(text)
        log.yield(text)
        gate?.wait()
        gate = nil
    }

    mutating func takeReply() -> [UInt8] {
        defer { reply = "" }
        return Array(reply.utf8)
    }

    mutating func roundEnded(_ statistics: ListenerStatistics) {
        self.statistics.add(statistics)
    }
}

/// Runs a listener at a new path around `body`, stops it, and answers what it counted.
@discardableResult
func withListener(
    _ limits: ConnectionLimits = ConnectionLimits(), framing: Framing = .newline(limit: 65_536),
    gate: WakeUp? = nil, replies: @escaping LoggingConsumer.Replies = { _ in "" },
    _ body: (ConnectionListener, String, FrameLog) async throws -> Void
) async throws -> Outcome {
    try await withTemporaryDirectory { directory in
        let path = "\(directory)/events"
        let socket = try StreamListener(path: path)
        let listener = try ConnectionListener("connections", socket: socket, framing: framing, limits: limits)
        return try await running(listener, gate: gate, replies: replies) { try await body($0, path, $1) }
    }
}

func running(
    _ listener: ConnectionListener, gate: WakeUp? = nil,
    replies: @escaping LoggingConsumer.Replies = { _ in "" },
    _ body: (ConnectionListener, FrameLog) async throws -> Void
) async throws -> Outcome {
    let (stream, continuation) = AsyncStream.makeStream(of: String.self)
    let statistics = StatisticsLog()
    async let run: Void = listener.run { LoggingConsumer(continuation, statistics, gate, replies: replies) }
    let log = FrameLog(stream, statistics)
    try await body(listener, log)
    listener.stop()
    try await run
    continuation.finish()
    return Outcome(statistics: statistics.total, rest: await log.rest())
}
