public import Logging

/// What loggers write and in which form, by their labels.
///
/// A key of `levels` and `formats` is a label, or the beginning of labels that go on with a dot: `shop` is for `shop` and
/// `shop.orders`, not for `shopping`. The longest one decides.
public struct LogRules: Sendable, Equatable {
    /// The least level of loggers that no key is for.
    public var level: Logger.Level
    /// Least levels by labels.
    public var levels: [String: Logger.Level]
    /// The form of loggers that no key is for.
    public var format: JournalLogHandler.Format
    /// Forms by labels.
    public var formats: [String: JournalLogHandler.Format]

    /// Rules from their parts.
    public init(
        level: Logger.Level = .info, levels: [String: Logger.Level] = [:],
        format: JournalLogHandler.Format = .auto, formats: [String: JournalLogHandler.Format] = [:]
    ) {
        self.level = level
        self.levels = levels
        self.format = format
        self.formats = formats
    }

    /// The least level of what a logger writes.
    public func level(of label: String) -> Logger.Level {
        Self.value(for: label, in: levels) ?? level
    }

    /// The form of what a logger writes.
    public func format(of label: String) -> JournalLogHandler.Format {
        Self.value(for: label, in: formats) ?? format
    }

    /// The value of the longest key that is the label or a beginning of it.
    private static func value<Value>(for label: String, in values: [String: Value]) -> Value? {
        guard !values.isEmpty else { return nil }
        var key = label[...]
        while true {
            if let value = values[String(key)] { return value }
            guard let dot = key.lastIndex(of: ".") else { return nil }
            key = key[..<dot]
        }
    }
}
