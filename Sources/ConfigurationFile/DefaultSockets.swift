/// The Unix sockets to open where the file doesn't name any.
package struct DefaultSockets: Sendable, Equatable {
    /// The path of the StatsD datagram socket.
    package let statsd: String?
    /// The path of the JSON event socket.
    package let events: String?

    /// No sockets.
    package static let none = DefaultSockets(directory: nil)

    /// Root's are in `/run/heliograph`, another user's in `$XDG_RUNTIME_DIR/heliograph`, or nowhere if that isn't set
    /// to an absolute path short enough for a socket's address.
    package init(uid: UInt32, environment: [String: String]) {
        guard uid != 0 else {
            self.init(directory: "/run/heliograph")
            return
        }
        guard let runtime = environment["XDG_RUNTIME_DIR"], runtime.hasPrefix("/") else {
            self = .none
            return
        }
        self.init(directory: runtime.hasSuffix("/") ? "\(runtime)heliograph" : "\(runtime)/heliograph")
    }

    private init(directory: String?) {
        statsd = Self.path("statsd.sock", in: directory)
        events = Self.path("events.sock", in: directory)
    }

    private static func path(_ name: String, in directory: String?) -> String? {
        guard let directory else { return nil }
        let path = "\(directory)/\(name)"
        return SocketPath.mistake(in: path) == nil ? path : nil
    }
}
