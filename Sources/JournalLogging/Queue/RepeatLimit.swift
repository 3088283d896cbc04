import Logging

/// Holds back records that say the same again and again, and says how many they were.
///
/// Of records that say the same, 10 are written in 5 seconds. What comes on top is counted, and told when the 5 seconds are over. The
/// trace makes no difference: what fails for each request would not be limited.
struct RepeatLimit {
    /// How many that say the same are written.
    static let atOnce = 10
    /// How long that counts, in microseconds.
    static let window: Int64 = 5_000_000
    /// How many different records are compared with; those that came least recently are forgotten.
    static let kinds = 64

    /// What a record says.
    private struct Said: Hashable {
        let record: LogRecord

        static func == (left: Said, right: Said) -> Bool { left.record.repeats(right.record) }

        func hash(into hasher: inout Hasher) {
            // Metadata would take longer, and seldom is all that differs.
            hasher.combine(record.line)
            hasher.combine(record.message)
            hasher.combine(record.label)
        }
    }

    private struct Run {
        var latest: LogRecord
        let begin: Int64
        /// The count of records when the latest came.
        var turn: Int
        var written = 1
        var held = 0

        /// When it is over; a clock that was set back ends it too.
        func isOver(at now: Int64) -> Bool { now - begin >= RepeatLimit.window || now < begin }

        /// What tells how many were held back.
        var summary: LogRecord? {
            guard held > 0 else { return nil }
            var summary = latest
            let times = held == 1 ? "once" : "\(grouped(held)) times"
            summary.message = "Repeated \(times): \(latest.message)"
            summary.metadata = (latest.metadata + [LogItem(key: "repeated", value: .literal("\(held)"))])
                .sorted { $0.key < $1.key }
            return summary
        }
    }

    private var runs: [Said: Run] = [:]
    /// Records so far.
    private var turn = 0

    /// When something is to be told.
    var nextDue: Int64? {
        runs.values.filter { $0.held > 0 }.map { $0.begin + Self.window }.min()
    }

    /// What to write when a record comes.
    mutating func admit(_ record: LogRecord, at now: Int64) -> [LogRecord] {
        turn += 1
        let said = Said(record: record)
        guard var run = runs[said] else { return begin(said, at: now) }
        guard !run.isOver(at: now) else {
            runs[said] = nil
            return [run.summary].compactMap(\.self) + begin(said, at: now)
        }
        run.latest.repeated(as: record)
        run.turn = turn
        let isHeld = run.written == Self.atOnce
        if isHeld { run.held += 1 } else { run.written += 1 }
        runs[said] = run
        return isHeld ? [] : [record]
    }

    /// What is to be told by now.
    mutating func due(at now: Int64) -> [LogRecord] {
        guard runs.values.contains(where: { $0.held > 0 }) else { return [] }
        defer { runs = runs.filter { !$0.value.isOver(at: now) } }
        return Self.summaries(runs.values.filter { $0.isOver(at: now) })
    }

    /// All that is to be told, now or later.
    mutating func all() -> [LogRecord] {
        defer { runs = [:] }
        return Self.summaries(Array(runs.values))
    }

    /// In the order of their latest records.
    private static func summaries(_ runs: [Run]) -> [LogRecord] {
        runs.sorted { $0.turn < $1.turn }.compactMap(\.summary)
    }

    private mutating func begin(_ said: Said, at now: Int64) -> [LogRecord] {
        var records: [LogRecord] = []
        if runs.count == Self.kinds, let oldest = runs.min(by: { $0.value.turn < $1.value.turn }) {
            records += [oldest.value.summary].compactMap(\.self)
            runs[oldest.key] = nil
        }
        runs[said] = Run(latest: said.record, begin: now, turn: turn)
        return records + [said.record]
    }
}

extension LogRecord {
    /// Takes from one that says the same what may differ; the texts stay, so that each kind has them once.
    fileprivate mutating func repeated(as record: LogRecord) {
        (time, thread, trace) = (record.time, record.thread, record.trace)
    }
}

/// A number with commas between thousands.
func grouped(_ number: Int) -> String {
    let digits = Array("\(number)")
    return digits.indices.map { index in
        let isThousand = index > 0 && (digits.count - index) % 3 == 0
        return (isThousand ? "," : "") + String(digits[index])
    }.joined()
}
