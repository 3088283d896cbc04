import Linux
import Synchronization
import TestKit

@testable import EventSocket

/// The lines a listener handed out, awaited one by one.
final class LineLog {
    private var iterator: AsyncStream<String>.Iterator

    init(_ stream: AsyncStream<String>) { iterator = stream.makeAsyncIterator() }

    /// Whatever is left once the stream has ended.
    func rest() async -> [String] {
        var lines: [String] = []
        while let line = await next() { lines.append(line) }
        return lines
    }

    func next() async -> String? { await iterator.next(isolation: #isolation) }
}

/// What a listener left when it had ended: its counts, and the lines that nobody awaited.
struct Outcome {
    var statistics: EventSocketStatistics
    var rest: [String]
}

/// The sum of all statistics that a consumer was told.
final class StatisticsLog: Sendable {
    private let sum = Mutex(EventSocketStatistics())

    var total: EventSocketStatistics { sum.withLock { $0 } }

    func add(_ other: EventSocketStatistics) {
        sum.withLock {
            $0.lines += other.lines
            $0.tooLong += other.tooLong
            $0.unfinished += other.unfinished
            $0.accepted += other.accepted
            $0.refused += other.refused
            $0.closed += other.closed
            $0.acceptFailures += other.acceptFailures
        }
    }
}

/// Passes on each line; with a gate it waits there after the first.
struct LoggingConsumer: LineConsumer {
    private let log: AsyncStream<String>.Continuation
    private let statistics: StatisticsLog
    private var gate: WakeUp?

    init(_ log: AsyncStream<String>.Continuation, _ statistics: StatisticsLog, _ gate: WakeUp?) {
        self.log = log
        self.statistics = statistics
        self.gate = gate
    }

    mutating func receive(_ line: RawSpan) {
        log.yield(line.text(in: 0..<line.byteCount))
        gate?.wait()
        gate = nil
    }

    mutating func roundEnded(_ statistics: EventSocketStatistics) {
        self.statistics.add(statistics)
    }
}

/// Runs a listener at a new path around `body`, stops it, and answers what it counted.
@discardableResult
func withListener(
    _ limits: EventSocketLimits = EventSocketLimits(), gate: WakeUp? = nil,
    _ body: (EventSocketListener, String, LineLog) async throws -> Void
) async throws -> Outcome {
    try await withTemporaryDirectory { directory in
        let path = "\(directory)/events"
        let socket = try StreamListener(path: path)
        return try await running(try EventSocketListener(listener: socket, limits: limits), gate: gate) {
            try await body($0, path, $1)
        }
    }
}

func running(
    _ listener: EventSocketListener, gate: WakeUp? = nil,
    _ body: (EventSocketListener, LineLog) async throws -> Void
) async throws -> Outcome {
    let (stream, continuation) = AsyncStream.makeStream(of: String.self)
    let statistics = StatisticsLog()
    async let run: Void = listener.run { LoggingConsumer(continuation, statistics, gate) }
    let log = LineLog(stream)
    try await body(listener, log)
    listener.stop()
    try await run
    continuation.finish()
    return Outcome(statistics: statistics.total, rest: await log.rest())
}
