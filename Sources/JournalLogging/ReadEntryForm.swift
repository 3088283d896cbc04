package import Systemd

/// The form in which entries of the journal are shown.
package enum ReadEntryForm: Sendable, Equatable {
    /// A line for people, with colours where a terminal shows it.
    case console(isColored: Bool)
    /// One JSON object per line.
    case json
    /// One line of `key=value` pairs.
    case logfmt

    /// The line, with its line feed; nothing in it steers a terminal but the colours.
    package func line(for reading: JournalReading) -> [UInt8] {
        let record = LogRecord(reading)
        return switch self {
        case .console(let isColored): ConsoleLine.render(record, isColored: isColored)
        case .json: JSONLine.render(record)
        case .logfmt: LogfmtLine.render(record)
        }
    }
}
