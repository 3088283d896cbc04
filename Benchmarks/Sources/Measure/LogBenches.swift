import CJournal
import Glibc
import JournalLogging
import Logging

/// What a log statement costs the thread that logs, and how fast records get out.
enum LogBenches {
    static var all: [Bench] { off + accepted + written }

    /// A statement below the level.
    private static var off: [Bench] {
        Bench.loops("log/off", [.one, .two]) { mode in
            try JournalSocket.prepare()
            return Loops(
                mode, [StatementBelowLevel(Logger(label: "bench", factory: JournalLogHandler.factory()))])
        }
            + Bench.loops("log/off", by: .swiftLogNoop, [.one, .two]) { mode in
                Loops(mode, [StatementBelowLevel(Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })])
            }
    }

    /// A statement with a message and three values, or with a message alone, in bursts that the queue has room for.
    private static var accepted: [Bench] {
        [("log/accepted", true), ("log/plain", false)].flatMap { name, hasValues in
            [1, 2].flatMap { threads in
                Implementation.ofLogs.map { implementation in
                    Bench.whole("\(name)/\(threads)t", by: implementation, in: .nanoseconds) { duration in
                        try LogBursts(implementation, hasValues: hasValues).nanosecondsAccepted(
                            threads, duration)
                    }
                }
            }
        }
    }

    /// From the statement to the socket, for each record of bursts.
    private static var written: [Bench] {
        Implementation.ofLogs.filter { $0 != .swiftLogNoop }.map { implementation in
            Bench.whole("log/written/1t", by: implementation, in: .nanoseconds) { duration in
                try LogBursts(implementation, hasValues: true).nanosecondsWritten(duration)
            }
        }
    }
}

extension Implementation {
    fileprivate static let ofLogs: [Implementation] = [
        .heliograph, .sdJournal, .swiftLogStream, .swiftLogNoop,
    ]
}

private struct StatementBelowLevel: Operation {
    private let logger: Logger

    init(_ logger: Logger) { self.logger = logger }

    func perform(_ index: Int) {
        logger.debug("Order completed", metadata: ["method": "GET", "route": "/users/{id}"])
    }
}

/// Bursts of records, each written out before the next.
private struct LogBursts {
    private static let length = 1000

    private let statement: @Sendable (Int) -> Void
    private let isQueued: Bool
    private let clock = ContinuousClock()

    init(_ implementation: Implementation, hasValues: Bool) throws {
        try JournalSocket.prepare()
        isQueued = implementation == .heliograph
        if implementation != .sdJournal {
            statement = Self.statement(
                of: Logger(label: "bench", factory: Self.factory(implementation)), hasValues)
        } else if hasValues {
            statement = { unsafe _ = cjournal_send("Order completed", "GET", "/users/{id}", $0) }
        } else {
            statement = { _ in unsafe _ = cjournal_send_plain("Order completed") }
        }
    }

    private static func factory(_ implementation: Implementation) -> @Sendable (String) -> any LogHandler {
        switch implementation {
        case .heliograph: return JournalLogHandler.factory(format: .journal)
        case .swiftLogStream:
            // The cheapest stream that there is.
            dup2(unsafe open("/dev/null", O_WRONLY), STDERR_FILENO)
            return { StreamLogHandler.standardError(label: $0, metadataProvider: nil) }
        default: return { _ in Discarding() }
        }
    }

    private static func statement(of logger: Logger, _ hasValues: Bool) -> @Sendable (Int) -> Void {
        guard hasValues else { return { logger.info("Order completed", line: UInt($0)) } }
        return { index in
            logger.info(
                "Order completed",
                metadata: ["method": "GET", "route": "/users/{id}", "status": .stringConvertible(index)])
        }
    }

    /// The median over bursts of what a statement costs its thread.
    func nanosecondsAccepted(_ threads: Int, _ duration: Duration) throws -> Double {
        let lost = JournalLogHandler.droppedEntries
        let costs = try repeated(for: duration) { try burst(of: threads) }
        guard JournalLogHandler.droppedEntries == lost else { throw MeasureError.recordsLost }
        return costs.sorted()[costs.count / 2]
    }

    /// The mean over threads that log at the same time.
    private func burst(of threads: Int) throws -> Double {
        let costs = try Threads.together(threads) { thread in
            clock.measure { run(from: thread * Self.length) }.nanoseconds / Double(Self.length)
        }
        return costs.reduce(0, +) / Double(threads)
    }

    /// The mean over bursts of what a record takes until it is written.
    func nanosecondsWritten(_ duration: Duration) throws -> Double {
        let costs = try repeated(for: duration) {
            let start = clock.now
            run(from: 0)
            guard flush() else { throw MeasureError.recordsLost }
            return (clock.now - start).nanoseconds / Double(Self.length)
        }
        return costs.reduce(0, +) / Double(costs.count)
    }

    private func flush() -> Bool { !isQueued || JournalLogHandler.flush(timeout: .seconds(10)) }

    private func run(from first: Int) {
        for index in first..<first + Self.length { statement(index) }
    }

    private func repeated(for duration: Duration, _ burst: () throws -> Double) throws -> [Double] {
        let start = clock.now
        var costs: [Double] = []
        repeat {
            costs.append(try burst())
            guard flush() else { throw MeasureError.recordsLost }
        } while clock.now - start < duration
        return costs
    }
}

/// What swift-log itself costs where a statement is logged.
private struct Discarding: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {}
}
