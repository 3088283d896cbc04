import EventSocket
import Linux
import StatsD
import Systemd

/// The listeners of a service: its own sockets, or those that systemd passed to it.
struct IngestSockets: Sendable {
    /// StatsD over UDP and over a Unix socket, where they are configured.
    let statsd: [(kind: DatagramListenerKind, listener: StatsDListener)]
    /// JSON events.
    let events: EventSocketListener?

    private static let receiveBuffer = 8 << 20

    /// Opens the sockets of `configuration`; what is in `passed` under the name of a socket takes its place.
    ///
    /// Passed descriptors of other names or kinds are closed.
    /// - Throws: `LinuxError` that names the address or path.
    init(_ configuration: Configuration, passed: [ActivatedDescriptor]) throws(LinuxError) {
        var statsd: [(DatagramListenerKind, StatsDListener)] = []
        var events: EventSocketListener?
        for socket in passed {
            let descriptor = Descriptor(takingOwnership: socket.descriptor)
            switch (socket.name, socket.kind) {
            case ("statsd", .datagram):
                let adopted = try DatagramSocket(
                    takingOwnership: descriptor, receiveBuffer: Self.receiveBuffer)
                statsd.append((socket.family == .unix ? .unix : .udp, try StatsDListener(socket: adopted)))
            case ("events", .streamListener):
                events = try EventSocketListener(listener: StreamListener(takingOwnership: descriptor))
            default: continue
            }
        }
        if let path = configuration.statsd.unix, !statsd.contains(where: { $0.0 == .unix }) {
            let socket = try DatagramSocket(
                path: path, mode: configuration.statsd.unixMode, receiveBuffer: Self.receiveBuffer)
            statsd.append((.unix, try StatsDListener(socket: socket)))
        }
        if let address = configuration.statsd.udp, !statsd.contains(where: { $0.0 == .udp }) {
            let socket = try DatagramSocket(
                host: address.host, port: address.port, receiveBuffer: Self.receiveBuffer)
            statsd.append((.udp, try StatsDListener(socket: socket)))
        }
        if let path = configuration.events.unix, events == nil {
            let listener = try StreamListener(path: path, mode: configuration.events.unixMode)
            events = try EventSocketListener(listener: listener)
        }
        self.statsd = statsd
        self.events = events
    }
}
