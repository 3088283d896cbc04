import LogTelemetry
import Logging

/// Says in the log itself how many records it lost, once there is a way again, and at most once in a second.
struct DropNotice {
    /// A record to write, and what it tells of.
    struct Lost: Equatable {
        let record: LogRecord
        fileprivate let counts: [Int]
        fileprivate let time: Int64
    }

    private static let pace: Int64 = 1_000_000

    private var told: [Int] = Array(repeating: 0, count: Logger.Level.allCases.count)
    private var last: Int64?
    private var isBehind = false

    /// When there is something to tell that came too soon after the last.
    var nextDue: Int64? { isBehind ? last.map { $0 + Self.pace } : nil }

    /// What is to be told of these counts, by the number of the level; the last one does not wait.
    mutating func due(_ counts: [Int], at now: Int64, isLast: Bool) -> Lost? {
        isBehind = counts != told
        guard isBehind else { return nil }
        if let last, !isLast, now >= last, now - last < Self.pace { return nil }
        let lost = zip(Logger.Level.allCases, zip(counts, told).map(-)).filter { $0.1 > 0 }
        let total = lost.reduce(0) { $0 + $1.1 }
        let parts = lost.map { "\(grouped($0.1)) \($0.0)" }.joined(separator: ", ")
        let record = LogRecord(
            ofLog: .warning, time: now, message: "\(grouped(total)) log records were lost: \(parts).",
            id: .recordsLost, metadata: lost.map { LogItem(key: "lost_\($0.0)", value: .literal("\($0.1)")) })
        return Lost(record: record, counts: counts, time: now)
    }

    /// Whether it was written: else it is to be told again.
    mutating func tell(_ lost: Lost, isWritten: Bool) {
        last = lost.time
        guard isWritten else { return }
        told = lost.counts
        isBehind = false
    }
}
