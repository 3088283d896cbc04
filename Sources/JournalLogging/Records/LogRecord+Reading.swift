import Logging
import Systemd

extension LogRecord {
    /// The record that an entry of the journal was made from, or one like it for an entry of another program.
    ///
    /// The journal has texts only, names of fields for keys, and one priority for trace and debug.
    init(_ reading: JournalReading) {
        self.init(
            time: reading.text("_SOURCE_REALTIME_TIMESTAMP").flatMap { Int64($0) } ?? reading.time,
            thread: reading.text("TID").flatMap { UInt32($0) } ?? 0,
            level: JournalField.level(ofPriority: reading.text("PRIORITY") ?? ""),
            label: reading.text("LOGGER") ?? reading.text("SYSLOG_IDENTIFIER") ?? reading.text("_COMM") ?? "",
            message: reading.text("MESSAGE") ?? "",
            metadata: reading.fields.filter { JournalField.isMetadata($0.name) }
                .map { field in
                    LogItem(
                        key: JournalField.key(for: field.name),
                        value: .text(String(decoding: field.value, as: UTF8.self)))
                }
                .sorted { $0.key < $1.key },
            file: reading.text("CODE_FILE") ?? "", function: reading.text("CODE_FUNC") ?? "",
            line: reading.text("CODE_LINE").flatMap { UInt32($0) } ?? 0)
    }
}

extension JournalField {
    /// The field with the whole record as JSON.
    static let event = "EVENT"

    /// The level that a syslog priority stands for; info where it is none.
    fileprivate static func level(ofPriority digit: String) -> Logger.Level {
        switch digit {
        case "0", "1", "2": .critical
        case "3": .error
        case "4": .warning
        case "5": .notice
        case "7": .debug
        default: .info
        }
    }

    /// Whether a field came from metadata, and not from what a handler or journald itself has to say.
    fileprivate static func isMetadata(_ name: String) -> Bool {
        !name.hasPrefix("_") && !name.hasPrefix("SYSLOG_") && !name.hasPrefix("CODE_")
            && !["MESSAGE", "PRIORITY", "LOGGER", "TID", event].contains(name)
    }

    /// The metadata key that a field may have come from, in lower case.
    fileprivate static func key(for name: String) -> String {
        (name.hasPrefix("F_") ? String(name.dropFirst(2)) : name).lowercased()
    }
}
