package import ConfigurationKeys

/// The `control` section: the Unix socket over which the service is asked to reload.
package struct ControlConfiguration: Sendable, Equatable {
    /// The absolute path of the socket; nil switches it off.
    package var unix: String?
    /// The path where nobody chooses one.
    private var standard: String?

    /// The socket at `standard`, or none.
    package init(standard: String? = nil) {
        unix = standard
        self.standard = standard
    }

    /// Whether the file or a flag names the socket.
    package var isChosen: Bool { unix != standard }
}

extension ControlConfiguration: KeyedSection {
    package static let keys: [Key<ControlConfiguration>] = [
        Key(
            "unix", \.unix, .orNone(.socketPath), flag: "control.listen-unix",
            default: "control.sock in $RUNTIME_DIRECTORY or /run/heliograph/private", needsRestart: true,
            "The Unix stream socket that `heliograph reload` asks, an absolute path; only its user and root may."
        )
    ]
}
