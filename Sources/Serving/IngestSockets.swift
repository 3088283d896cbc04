import ConfigurationFile
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
    /// The names of passed descriptors that nothing here is for.
    let closed: [String]

    private static let receiveBuffer = 8 << 20
    /// Of each listener; they stop one after the other, and a stop has two seconds for all.
    private static let drainTime = Duration.milliseconds(300)

    /// Opens the sockets of `configuration`; what is in `passed` under the name of a socket takes its place.
    ///
    /// Passed descriptors of other names or kinds are closed.
    /// - Throws: `LinuxError` that names the address or path.
    init(_ configuration: Configuration, passed: [ActivatedDescriptor]) throws(LinuxError) {
        var statsd: [(DatagramListenerKind, StatsDListener)] = []
        var events: EventSocketListener?
        var closed: [String] = []
        var limits = EventSocketLimits()
        limits.drainTime = Self.drainTime
        for socket in passed {
            let descriptor = Descriptor(takingOwnership: socket.descriptor)
            switch (socket.name, socket.kind) {
            case ("statsd", .datagram):
                // Its buffer is the business of whoever made it.
                let adopted = try DatagramSocket(takingOwnership: descriptor)
                statsd.append(
                    (
                        socket.family == .unix ? .unix : .udp,
                        try StatsDListener(socket: adopted, drainTime: Self.drainTime)
                    ))
            case ("events", .streamListener) where events == nil:
                events = try EventSocketListener(
                    listener: StreamListener(takingOwnership: descriptor), limits: limits)
            default: closed.append(socket.name)
            }
        }
        if let path = configuration.statsd.unix, !statsd.contains(where: { $0.0 == .unix }) {
            let socket = try DatagramSocket(
                path: path, mode: configuration.statsd.unixMode, receiveBuffer: Self.receiveBuffer)
            statsd.append((.unix, try StatsDListener(socket: socket, drainTime: Self.drainTime)))
        }
        if let address = configuration.statsd.udp, !statsd.contains(where: { $0.0 == .udp }) {
            let socket = try DatagramSocket(
                host: address.host, port: address.port, receiveBuffer: Self.receiveBuffer)
            statsd.append((.udp, try StatsDListener(socket: socket, drainTime: Self.drainTime)))
        }
        if let path = configuration.events.unix, events == nil {
            let listener = try StreamListener(path: path, mode: configuration.events.unixMode)
            events = try EventSocketListener(listener: listener, limits: limits)
        }
        self.statsd = statsd
        self.events = events
        self.closed = closed
    }
}
