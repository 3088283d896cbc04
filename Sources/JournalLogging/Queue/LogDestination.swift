import Systemd

/// In which form records leave the process, and by which name.
struct LogDestination: Sendable, Equatable {
    /// Never `auto`.
    let format: JournalLogHandler.Format
    /// The journal's `SYSLOG_IDENTIFIER`.
    let identifier: String
    /// Whether what is for people has colours.
    var hasColours = false

    /// A line of this form; the journal's is JSON, for where no journal is.
    func line(_ record: LogRecord) -> [UInt8] {
        switch format {
        case .auto, .journal, .json: JSONLine.render(record)
        case .logfmt: LogfmtLine.render(record)
        case .console: ConsoleLine.render(record, hasColours: hasColours)
        }
    }
}
