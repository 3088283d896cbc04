import Bytes
import Linux
import Logging

/// One line per record for people at a terminal.
enum ConsoleLine {
    /// Local time with its zone, level, logger, message, and the metadata by key.
    static func render(_ record: LogRecord, isColored: Bool) -> [UInt8] {
        func colored(_ text: String, _ code: String?) -> String {
            guard isColored, let code else { return text }
            return "\u{1B}[\(code)m\(text)\u{1B}[0m"
        }
        let level = record.level.rawValue
        var line = colored(localTime(record.time), "2")
        line +=
            " " + colored(level, code(of: record.level)) + String(repeating: " ", count: 8 - level.utf8.count)
        line +=
            " " + colored(record.label.onOneLine, "36") + ": " + TextLimit.apply(to: record.message).onOneLine
        for (key, value) in record.metadata {
            line += " " + colored("\(TextLimit.apply(to: key).onOneLine)=", "2") + text(of: value)
        }
        return Array("\(line)\n".utf8)
    }

    private static func text(of value: Logger.MetadataValue) -> String {
        var bytes: [UInt8] = []
        LogfmtLine.append(metadataText(of: value), to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func code(of level: Logger.Level) -> String? {
        switch level {
        case .trace, .debug: "2"
        case .info: nil
        case .notice: "1"
        case .warning: "33"
        case .error: "31"
        case .critical: "1;31"
        }
    }

    /// To the millisecond, as `2026-11-30 10:04:05.123+01:00`.
    private static func localTime(_ microseconds: Int64) -> String {
        let offset = LocalTime.offset(at: microseconds / 1_000_000)
        var bytes: [UInt8] = []
        // The same digits as those of a time in UTC that is later by the offset.
        appendTimestamp(microseconds + Int64(offset) * 1_000_000, to: &bytes)
        let digits = String(decoding: bytes.prefix(23), as: UTF8.self)
        return "\(digits.prefix(10)) \(digits.dropFirst(11))\(zone(offset))"
    }

    private static func zone(_ offset: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutes = abs(offset) / 60
        return "\(offset < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
    }
}

extension String {
    /// The text with all that steers a terminal escaped, line ends among it.
    fileprivate var onOneLine: String {
        guard unicodeScalars.contains(where: \.steersTerminal) else { return self }
        return unicodeScalars.map { $0.steersTerminal ? $0.escaped(asASCII: true) : String($0) }.joined()
    }
}
