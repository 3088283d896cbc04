package import ConfigurationKeys

/// The `events` section: the Unix socket for JSON events.
package struct EventsConfiguration: Sendable, Equatable {
    /// The absolute path of the socket; nil switches it off.
    package var unix: String?
    /// The socket's permission bits.
    package var unixMode: UInt32 = 0o666
    /// Put between the global prefix and the name of every metric made from events; may be empty.
    package var prefix = ""
    /// Connections at once; from 1 to a million.
    package var maxConnections = 1024
    /// How long a connection may send nothing.
    package var idleTimeout = ExpirySetting.never

    /// No socket.
    package init() {}
}

extension EventsConfiguration: KeyedSection {
    package static let keys: [Key<EventsConfiguration>] = [
        Key(
            "unix", \.unix, .orNone(.socketPath), flag: "events.listen-unix",
            default: "events.sock in /run/heliograph", needsRestart: true,
            "The Unix stream socket for JSON events, an absolute path."),
        Key(
            "unix-mode", \.unixMode, .mode, needsRestart: true, "The socket's permissions."),
        Key(
            "prefix", \.prefix, .prefix,
            "Put before the name of every metric in `metrics`, behind `global.prefix`."),
        Key(
            "max-connections", \.maxConnections, .whole(1...1_000_000), needsRestart: true,
            "Connections at once; past it a new one takes the place of the one that is idle longest."),
        Key(
            "idle-timeout", \.idleTimeout, .expiry, needsRestart: true,
            "After how long without a byte a connection is closed; 0 is never."),
    ]

    package func finish(_ fields: SectionFields) -> Bool {
        fields.section.reading.eventsPrefix = prefix
        return true
    }
}
