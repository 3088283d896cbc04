package import Logging
package import Systemd

extension JournalMatch {
    /// What entries of a statement with this metadata have.
    ///
    /// A key without a lowercase letter is the name of a field itself, as `MESSAGE_ID` and `_PID`.
    package init(key: String, value: String) {
        let isField = !key.contains(where: \.isLowercase)
        self.init(isField ? key : JournalField.name(for: key, value: value), value)
    }

    /// The priorities of entries of `level` and of worse ones.
    package static func priorities(from level: Logger.Level) -> [String] {
        (0...7).map(String.init).filter { $0 <= JournalField.priority(of: level) }
    }
}
