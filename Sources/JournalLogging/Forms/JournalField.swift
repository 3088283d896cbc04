import Logging
import Systemd
import Telemetry

/// Turns records into journal entries.
enum JournalField {
    /// The fields of one record, as systemd.journal-fields(7) has them; EVENT is all of it as JSON.
    ///
    /// Keys of metadata that stand for the same field are values of it, one beside the other. Past 900 keys, the rest is in EVENT
    /// only, and FIELDS_LEFT_OUT says how many.
    static func entry(for record: LogRecord, identifier: String) -> JournalEntry {
        var entry = JournalEntry()
        entry.append("MESSAGE", record.message)
        entry.append("PRIORITY", priority(of: record.level))
        entry.append("SYSLOG_IDENTIFIER", identifier)
        entry.append("LOGGER", record.label)
        entry.append("CODE_FILE", record.file)
        entry.append("CODE_LINE", "\(record.line)")
        entry.append("CODE_FUNC", record.function)
        if record.thread != 0 { entry.append("TID", "\(record.thread)") }
        if let errno = record.errno, record["errno"] == nil { entry.append("ERRNO", "\(errno)") }
        if let trace = record.trace, record["trace_id"] == nil {
            entry.append("TRACE_ID", trace.traceID.description)
            entry.append("SPAN_ID", trace.spanText)
        }
        for item in record.metadata.prefix(mostOfMetadata) {
            let text = item.value.plainText
            entry.append(name(for: item.key, value: text), text)
        }
        let leftOut = record.metadata.count - mostOfMetadata
        if leftOut > 0 { entry.append("FIELDS_LEFT_OUT", "\(leftOut)") }
        entry.append("EVENT") { JSONLine.append(record, to: &$0) }
        return entry
    }

    /// The syslog priority, 0 to 7, as its digit.
    static func priority(of level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "7"
        case .info: "6"
        case .notice: "5"
        case .warning: "4"
        case .error: "3"
        case .critical: "2"
        }
    }

    /// The field for a metadata key: the key itself in upper case where journald allows it.
    ///
    /// `message_id` and `errno` reach the field of their name if the value is of the right form. A key that
    /// would be refused, or taken for one of the fields that have a meaning, gets the prefix `F_`.
    static func name(for key: String, value: String) -> String {
        let mapped = key.utf8.prefix(longestName).map(fieldCharacter)
        let trimmed = mapped.drop { $0 == UInt8(ascii: "_") }
        let name = String(decoding: trimmed, as: UTF8.self)
        switch name {
        case "MESSAGE_ID" where isMessageID(value): return name
        case "ERRNO" where Int32(value) != nil: return name
        default: break
        }
        let isNumberFirst = trimmed.first.map { $0 <= UInt8(ascii: "9") } ?? true
        guard isNumberFirst || isReserved(name) else { return name }
        return String("F_\(name)".prefix(longestName))
    }
}

extension JournalField {
    private static let longestName = 64

    /// Journald drops an entry of more than 1,024 fields, and tells nobody.
    private static let mostOfMetadata = 900

    private static let reserved: Set<String> = [
        "MESSAGE", "MESSAGE_ID", "PRIORITY", "CODE_FILE", "CODE_LINE", "CODE_FUNC", "ERRNO", "EVENT",
        "LOGGER", "FIELDS_LEFT_OUT",
        "INVOCATION_ID", "USER_INVOCATION_ID", "DOCUMENTATION", "TID", "UNIT", "USER_UNIT",
    ]

    private static func isReserved(_ name: String) -> Bool {
        reserved.contains(name) || name.hasPrefix("SYSLOG_") || name.hasPrefix("OBJECT_")
            || name.hasPrefix("COREDUMP_")
    }

    private static func fieldCharacter(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        default: UInt8(ascii: "_")
        }
    }

    private static func isMessageID(_ value: String) -> Bool {
        value.utf8.count == 32
            && value.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
            }
    }
}
