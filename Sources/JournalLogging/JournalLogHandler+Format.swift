extension JournalLogHandler {
    /// The form in which records leave the process.
    public enum Format: String, Sendable, CaseIterable {
        /// The journal if standard error is connected to it, `console` on a terminal, JSON lines otherwise.
        case auto
        /// One line for people on standard error, with colours on a terminal unless `$NO_COLOR` is set.
        case console
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

        /// The form to use, never `auto`, given what was found out about the journal and standard error.
        func resolved(
            standardErrorIsJournal: Bool, journalHasSocket: Bool, standardErrorIsTerminal: Bool
        ) -> Format {
            switch self {
            case .auto where standardErrorIsJournal && journalHasSocket: .journal
            case .auto: standardErrorIsTerminal ? .console : .json
            case .journal: journalHasSocket ? .journal : .json
            case .console, .json, .logfmt: self
            }
        }
    }
}
