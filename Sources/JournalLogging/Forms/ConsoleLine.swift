import Bytes
import Logging
import Systemd
import Telemetry

/// One record for a person at a terminal: local time, level, logger, message, metadata, place.
enum ConsoleLine {
    private enum Colour: String {
        case faint = "2"
        case cyan = "36"
        case green = "32"
        case yellow = "33"
        case red = "31"
        case boldRed = "1;31"
    }

    /// A line; further lines of the message are indented, so that none passes for a record.
    static func render(
        _ record: LogRecord, hasColours: Bool, zone: (Int64) -> Int = secondsEastOfGreenwich(at:)
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        func append(_ text: String, _ colour: Colour?) {
            guard hasColours, let colour else { return bytes.append(contentsOf: text.utf8) }
            bytes.append(contentsOf: "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m".utf8)
        }
        let recorded = record.time.clamped(to: datedTimes)
        append(time(recorded, zone(recorded / 1_000_000)), .faint)
        append(" \(name(of: record.level)) ", colour(of: record.level))
        append("\(oneLine(record.label)): ", .faint)
        append(record.message.harmless.replacing("\n", with: "\n    "), nil)
        var items = record.metadata
        if let trace = record.trace, record["trace_id"] == nil {
            items.append(LogItem(key: "trace_id", value: .text(trace.traceID.description)))
        }
        for item in items where item.key != "message_id" {
            append(" \(oneLine(item.key))=", .cyan)
            append(value(item.value), nil)
        }
        if !record.file.isEmpty { append(" \(oneLine(record.source))", .faint) }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private static func oneLine(_ text: String) -> String {
        text.harmless.replacing("\n", with: " ")
    }

    /// Quoted as JSON where it would not be told from what follows.
    private static func value(_ value: LogValue) -> String {
        guard case .text(let text) = value else { return value.plainText }
        let isBare =
            !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
        guard !isBare else { return text }
        var bytes: [UInt8] = []
        JSONText.append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func name(of level: Logger.Level) -> String {
        switch level {
        case .trace: "TRACE   "
        case .debug: "DEBUG   "
        case .info: "INFO    "
        case .notice: "NOTICE  "
        case .warning: "WARNING "
        case .error: "ERROR   "
        case .critical: "CRITICAL"
        }
    }

    private static func colour(of level: Logger.Level) -> Colour {
        switch level {
        case .trace, .debug: .faint
        case .info, .notice: .green
        case .warning: .yellow
        case .error: .red
        case .critical: .boldRed
        }
    }

    /// As in RFC 3339, with milliseconds and the zone.
    private static func time(_ microseconds: Int64, _ offset: Int) -> String {
        var bytes: [UInt8] = []
        appendTimestamp(microseconds + Int64(offset) * 1_000_000, to: &bytes)
        // Without the last three decimals and the Z.
        let minutes = abs(offset) / 60
        let sign = offset < 0 ? "-" : "+"
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return String(decoding: bytes.dropLast(4), as: UTF8.self) + sign + two(minutes / 60) + ":"
            + two(minutes % 60)
    }
}
