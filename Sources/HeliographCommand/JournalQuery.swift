import Bytes
import Glibc
import JournalLogging
import Logging
import Systemd

/// Which entries of a journal are asked for.
struct JournalQuery: Equatable {
    /// The unit of systemd that they are of, or about.
    var unit = "heliograph.service"
    /// The least level.
    var level: Logger.Level?
    /// Received by the journal from this time on, in microseconds since 1970.
    var since: Int64?
    /// Received by the journal before this time, in microseconds since 1970.
    var until: Int64?
    /// What they have; those of one field are alternatives.
    var fields: [JournalMatch] = []
    /// How many of the last ones; nil for all.
    var lines: Int?
    /// Whether new ones are waited for.
    var isFollowing = false
    /// Where the files are; nil for those of this machine.
    var directory: String?

    /// Does something with each entry; ends early, without an error, where `body` returns false.
    func forEach(_ body: (JournalReading) throws -> Bool) throws {
        let reader = try JournalReader(directory: directory)
        try filter(reader)
        if let lines {
            try reader.seek(toLast: lines, before: until)
        } else if let since {
            try reader.seek(to: since)
        }
        while true {
            while let reading = try reader.next() {
                if let until, reading.time >= until { return }
                if let since, reading.time < since { continue }
                guard try body(reading) else { return }
            }
            guard isFollowing, try reader.wait(unlessClosed: STDOUT_FILENO) else { return }
        }
    }

    private func filter(_ reader: borrowing JournalReader) throws(SystemdError) {
        try reader.filter(anyOf: Self.alternatives(ofUnit: unit, user: geteuid()))
        if let level { try reader.filter("PRIORITY", anyOf: JournalMatch.priorities(from: level)) }
        // Within one term, journald's library takes matches of one field for alternatives.
        if !fields.isEmpty { try reader.filter(anyOf: [fields]) }
    }

    /// The unit's own entries, those of systemd about it, and those about its crashes; also of the user's unit of that name.
    static func alternatives(ofUnit unit: String, user: UInt32) -> [[JournalMatch]] {
        [
            [JournalMatch("_SYSTEMD_UNIT", unit)],
            [JournalMatch("_PID", "1"), JournalMatch("UNIT", unit)],
            [JournalMatch("_UID", "0"), JournalMatch("COREDUMP_UNIT", unit)],
            [JournalMatch("_SYSTEMD_USER_UNIT", unit), JournalMatch("_UID", "\(user)")],
        ]
    }
}

extension JournalQuery {
    /// The name of a unit, which is a service where it has no ending.
    static func unitName(_ text: String) -> String { text.contains(".") ? text : "\(text).service" }

    /// Reads `key=value`; nil where there is no key, or one that no entry can have.
    static func field(_ text: String) -> JournalMatch? {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else { return nil }
        let match = JournalMatch(
            key: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
        return match.canBeAsked ? match : nil
    }

    /// Reads the id of a trace; nil for what is none.
    static func trace(_ text: String) -> JournalMatch? {
        guard text.utf8.count == 32, text.utf8.allSatisfy(\.isHexDigit) else { return nil }
        return JournalMatch(key: "trace_id", value: text.lowercased())
    }
}
