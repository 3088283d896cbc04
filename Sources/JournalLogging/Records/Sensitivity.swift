public import Logging

/// Whether a value of metadata may be read by those who read the log, an attribute of swift-log.
///
///     logger.info("Signed in", metadata: ["user": "\(name, attributes: [Sensitivity.sensitive])"])
///
/// `JournalLogHandler` writes `<redacted>` in the place of a sensitive value, in every format.
public enum Sensitivity: Int64, Logger.MetadataValueAttributes.Attribute {
    /// As any value without the attribute.
    case open = 0
    /// Never written.
    case sensitive = 1
}
