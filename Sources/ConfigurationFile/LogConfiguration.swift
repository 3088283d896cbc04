package import ConfigurationKeys
package import Logging

/// The `log` section: what is logged, and in which form.
package struct LogConfiguration: Sendable, Equatable {
    /// The least level of loggers that `levels` has no key for.
    package var level = Logger.Level.info
    /// The form of loggers that `formats` has no key for.
    package var format = LogFormat.auto
    /// Least levels by labels of loggers and beginnings of them.
    package var levels: [String: Logger.Level] = [:]
    /// Forms by labels of loggers and beginnings of them.
    package var formats: [String: LogFormat] = [:]

    /// The defaults.
    package init() {}
}

/// A form of log records.
package enum LogFormat: String, Sendable, CaseIterable {
    /// The journal under systemd, `console` on a terminal, else `json`.
    case auto
    /// One line for people on standard error.
    case console
    /// One JSON object per line on standard error.
    case json
    /// One line of `key=value` pairs on standard error.
    case logfmt
    /// Fields of the systemd journal.
    case journal
}

extension LogConfiguration: KeyedSection {
    package static let keys: [Key<LogConfiguration>] = [
        Key(
            "level", \.level, .choice, flag: "log.level",
            "Messages of this level and worse ones are logged."),
        Key(
            "format", \.format, .choice, flag: "log.format",
            "`auto` is the journal under systemd, `console` on a terminal, else `json`; all but `journal` are lines on standard error."
        ),
        Key(
            "levels", \.levels, .byLogger(),
            "Levels by [loggers](operations.md#loggers): `{heliograph.control: debug}` is for that one and those below it, and the longest key decides."
        ),
        Key("formats", \.formats, .byLogger(), "The same for formats."),
    ]
}

extension ValueType {
    /// Labels of loggers with choices.
    fileprivate static func byLogger<Choice>() -> Self
    where Value == [String: Choice], Choice: RawRepresentable<String> & CaseIterable & Sendable {
        let type = ValueType<Choice>.choice
        return Self("mapping to \(type.name)", text: { _ in "{}" }) { field in
            guard let entries = field.entries() else { return nil }
            let pairs = entries.compactMap { name, _, value in type.read(value).map { (name, $0) } }
            // Each key is there once: one that is repeated is no entry.
            return Dictionary(pairs) { first, _ in first }
        }
    }
}
