/// The Unix sockets to open where the file doesn't name any.
package struct DefaultSockets: Sendable, Equatable {
    /// The path of the StatsD datagram socket.
    package let statsd: String?
    /// The path of the JSON event socket.
    package let events: String?
    /// The path of the control socket.
    package let control: String?

    /// No sockets.
    package static let none = DefaultSockets(directory: nil, control: nil)

    /// Root's are in `/run/heliograph`, another user's in `$XDG_RUNTIME_DIR/heliograph`, or nowhere if that isn't set
    /// to an absolute path short enough for a socket's address.
    ///
    /// The control socket is in `$RUNTIME_DIRECTORY`, which systemd sets for a service. Without that it is beside the
    /// others, for root in the directory below that the unit has for it.
    package init(uid: UInt32, environment: [String: String]) {
        let own = environment["RUNTIME_DIRECTORY"].flatMap { $0.split(separator: ":").first.map(String.init) }
        guard uid != 0 else {
            self.init(directory: "/run/heliograph", control: own ?? "/run/heliograph/private")
            return
        }
        guard let runtime = environment["XDG_RUNTIME_DIR"], runtime.hasPrefix("/") else {
            self.init(directory: nil, control: own)
            return
        }
        let directory = runtime.hasSuffix("/") ? "\(runtime)heliograph" : "\(runtime)/heliograph"
        self.init(directory: directory, control: own ?? directory)
    }

    private init(directory: String?, control: String?) {
        self.init(
            statsd: Self.path("statsd.sock", in: directory), events: Self.path("events.sock", in: directory),
            control: Self.path("control.sock", in: control))
    }

    private init(statsd: String?, events: String?, control: String?) {
        self.statsd = statsd
        self.events = events
        self.control = control
    }

    /// The control socket alone, for a service that systemd passes its other sockets.
    package var controlOnly: DefaultSockets { DefaultSockets(statsd: nil, events: nil, control: control) }

    private static func path(_ name: String, in directory: String?) -> String? {
        guard let directory else { return nil }
        let path = "\(directory)/\(name)"
        return SocketPath.mistake(in: path) == nil ? path : nil
    }
}
