import Logging

/// Holds back records that say the same again and again, and says how many they were.
///
/// Of records that say the same, 10 are written in 5 seconds. What comes on top is counted, and told when the 5 seconds are over.
struct RepeatLimit {
    /// How many that say the same are written.
    static let atOnce = 10
    /// How long that counts, in microseconds.
    static let window: Int64 = 5_000_000
    /// How many different records are compared with.
    private static let kinds = 8

    private struct Run {
        var latest: LogRecord
        let begin: Int64
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

    private var runs: [Run] = []

    /// When something is to be told.
    var nextDue: Int64? {
        runs.filter { $0.held > 0 }.map { $0.begin + Self.window }.min()
    }

    /// What to write when a record comes.
    mutating func admit(_ record: LogRecord, at now: Int64) -> [LogRecord] {
        guard let place = runs.firstIndex(where: { $0.latest.repeats(record) }) else {
            return begin(record, at: now)
        }
        guard !runs[place].isOver(at: now) else {
            let summary = runs.remove(at: place).summary
            return [summary].compactMap(\.self) + begin(record, at: now)
        }
        runs[place].latest = record
        guard runs[place].written < Self.atOnce else {
            runs[place].held += 1
            return []
        }
        runs[place].written += 1
        return [record]
    }

    /// What is to be told by now.
    mutating func due(at now: Int64) -> [LogRecord] {
        guard runs.contains(where: { $0.held > 0 }) else { return [] }
        defer { runs.removeAll { $0.isOver(at: now) } }
        return runs.filter { $0.isOver(at: now) }.compactMap(\.summary)
    }

    /// All that is to be told, now or later.
    mutating func all() -> [LogRecord] {
        defer { runs = [] }
        return runs.compactMap(\.summary)
    }

    private mutating func begin(_ record: LogRecord, at now: Int64) -> [LogRecord] {
        var records: [LogRecord] = []
        if runs.count == Self.kinds, let summary = runs.removeFirst().summary { records.append(summary) }
        runs.append(Run(latest: record, begin: now))
        records.append(record)
        return records
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
