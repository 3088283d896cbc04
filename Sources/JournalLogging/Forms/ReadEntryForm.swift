import Bytes
package import Systemd

/// The form in which entries of the journal are shown.
package enum ReadEntryForm: Sendable, Equatable {
    /// A line for people, with colours where a terminal shows it.
    case console(hasColours: Bool)
    /// One JSON object per line.
    case json
    /// One line of `key=value` pairs.
    case logfmt

    /// The line, with its line feed; nothing in it steers a terminal but the colours.
    package func line(for reading: JournalReading) -> [UInt8] {
        if self == .json, let event = Self.event(of: reading) { return event }
        let record = LogRecord(reading)
        return switch self {
        case .console(let hasColours): ConsoleLine.render(record, hasColours: hasColours)
        case .json: JSONLine.render(record)
        case .logfmt: LogfmtLine.render(record)
        }
    }

    /// The object that the handler has made of the record, with the types of its values; nil where it is none to be shown.
    ///
    /// Any program can write the field.
    private static func event(of reading: JournalReading) -> [UInt8]? {
        guard let text = reading.text(JournalField.event), JSONCheck.isObject(text),
            !text.unicodeScalars.contains(where: \.steersTerminal)
        else { return nil }
        return Array("\(text)\n".utf8)
    }
}
