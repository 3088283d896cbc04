package import ConfigurationFile
package import JournalLogging

extension LogConfiguration {
    /// What the section says, for the handlers.
    package var rules: LogRules {
        LogRules(
            level: level, levels: levels, format: format.ofHandler, formats: formats.mapValues(\.ofHandler))
    }
}

extension LogFormat {
    fileprivate var ofHandler: JournalLogHandler.Format {
        switch self {
        case .auto: .auto
        case .console: .console
        case .json: .json
        case .logfmt: .logfmt
        case .journal: .journal
        }
    }
}
