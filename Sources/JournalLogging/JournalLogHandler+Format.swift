import Systemd

extension JournalLogHandler {
    /// The form in which records leave the process.
    public enum Format: String, Sendable, CaseIterable {
        /// The journal if standard error is connected to it, JSON lines otherwise.
        case auto
        /// One JSON object per line on standard error.
        case json
        /// One line of `key=value` pairs on standard error.
        case logfmt
        /// Fields of the systemd journal; JSON lines where its socket is missing.
        case journal

        /// Reads a command-line argument; `text` is another word for `logfmt`.
        public init?(argument: String) {
            self.init(rawValue: argument == "text" ? "logfmt" : argument)
        }

        /// The form to use, never `auto`, given what was found out about the journal.
        func resolved(standardErrorIsJournal: Bool, journalHasSocket: Bool) -> Format {
            switch self {
            case .auto: standardErrorIsJournal && journalHasSocket ? .journal : .json
            case .journal: journalHasSocket ? .journal : .json
            case .json, .logfmt: self
            }
        }
    }
}

extension LogDestination {
    /// One of this process's own queues.
    init(format: JournalLogHandler.Format, identifier: String) {
        let resolved = format.resolved(
            standardErrorIsJournal: JournalConnection.isStandardError,
            journalHasSocket: JournalConnection.hasSocket)
        switch resolved {
        case .journal: self = .journal(ProcessWriters.journal, identifier: identifier)
        case .logfmt: self = .logfmt(ProcessWriters.standardError)
        case .auto, .json: self = .json(ProcessWriters.standardError)
        }
    }
}
