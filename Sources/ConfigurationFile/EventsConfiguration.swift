/// The `events` section: the Unix socket for JSON events.
package struct EventsConfiguration: Sendable, Equatable {
    /// The absolute path of the socket; nil switches it off.
    package var unix: String?
    /// The socket's permission bits.
    package var unixMode: UInt32 = 0o666

    /// No socket.
    package init() {}
}
