import Arena
import ConfigurationFile
import Bytes
import Linux
import Listeners
import Systemd

/// The listeners of a service: its own sockets, or those that systemd passed to it.
struct IngestSockets: Sendable {
    private(set) var listeners: [IngestListener] = []
    /// The names of passed descriptors that nothing here is for.
    private(set) var closed: [String] = []
    /// Addresses of `localhost` that this machine hasn't.
    private(set) var missing: [ListenAddress] = []

    private static let receiveBuffer = 8 << 20
    /// Of each listener; they stop one after the other, and a stop has two seconds for all.
    private static let drainTime = Duration.milliseconds(300)
    private static let lineLength = 65_536

    /// Opens the sockets of `configuration`; what is in `passed` under the name of a socket takes its place.
    ///
    /// Passed descriptors of other names or kinds are closed.
    /// - Throws: `LinuxError` that names the address or path.
    init(
        _ configuration: Configuration, passed: [ActivatedDescriptor], limits: DescriptorBudget.Connections,
        receivers: inout Receivers
    ) throws(LinuxError) {
        let (statsd, events, carbon) = (configuration.statsd, configuration.events, configuration.carbon)
        let ofEvents = ConnectionLimits(
            connections: limits.events, deadlines: Self.deadlines(idle: events.idleTimeout),
            drainTime: Self.drainTime)
        let ofCarbon = ConnectionLimits(
            connections: limits.carbon / DescriptorBudget.carbonSockets(configuration, passed: passed),
            connectionsPerAddress: carbon.maxConnectionsPerAddress,
            deadlines: Self.deadlines(idle: carbon.idleTimeout), drainTime: Self.drainTime)
        for socket in passed { try adopt(socket, ofEvents, ofCarbon, &receivers) }
        if let path = statsd.unix, !has(.statsd, .unix) {
            let socket = try DatagramSocket(
                path: path, mode: statsd.unixMode, receiveBuffer: Self.receiveBuffer)
            try add(.unix, socket, &receivers)
        }
        if let address = statsd.udp, !has(.statsd, .udp) {
            try add(.statsd, .udp, on: address) { address throws(LinuxError) in
                let socket = try DatagramSocket(
                    host: address.host, port: address.port, receiveBuffer: Self.receiveBuffer)
                return try Self.datagrams(.udp, socket, &receivers)
            }
        }
        if let path = events.unix, !has(.events, .unix) {
            let socket = try StreamListener(path: path, mode: events.unixMode)
            try add(.events, .unix, Self.lines("events", socket, ofEvents))
        }
        if let address = carbon.tcp, !listeners.contains(where: { $0.wire == .carbon }) {
            try add(.carbon, .tcp, on: address) { address throws(LinuxError) in
                (try Self.lines("carbon", StreamListener(address), ofCarbon), nil)
            }
        }
    }

    /// A sender that is silent, or drips, holds its place for so long.
    private static func deadlines(idle: ExpirySetting) -> ConnectionDeadlines {
        ConnectionDeadlines(idle: idle.duration, frame: .seconds(30))
    }

    /// Listens on every address that `address` stands for.
    private mutating func add<Opened: Listener>(
        _ wire: IngestListener.Wire, _ transport: IngestListener.Transport, on address: ListenAddress,
        open: (ListenAddress) throws(LinuxError) -> (Opened, Receiver?)
    ) throws(LinuxError) {
        var missing: [ListenAddress] = []
        let listeners = try address.openLoopbacks(
            missing: { missing.append($0) }, port: { $0.0.boundPort }, open: open)
        for (listener, receiver) in listeners { add(wire, transport, listener, receiver) }
        self.missing += missing
    }

    private mutating func adopt(
        _ passed: ActivatedDescriptor, _ ofEvents: ConnectionLimits, _ ofCarbon: ConnectionLimits,
        _ receivers: inout Receivers
    ) throws(LinuxError) {
        let descriptor = Descriptor(takingOwnership: passed.descriptor)
        switch (passed.name, passed.kind) {
        case ("statsd", .datagram):
            // Its buffer is the business of whoever made it.
            let socket = try DatagramSocket(takingOwnership: descriptor)
            try add(passed.family == .unix ? .unix : .udp, socket, &receivers)
        case ("events", .streamListener) where !has(.events, .unix):
            try add(
                .events, .unix, Self.lines("events", StreamListener(takingOwnership: descriptor), ofEvents))
        case ("carbon", .streamListener):
            try add(
                .carbon, passed.family == .unix ? .unix : .tcp,
                Self.lines("carbon", StreamListener(takingOwnership: descriptor), ofCarbon))
        default: closed.append(passed.name)
        }
    }

    private func has(_ wire: IngestListener.Wire, _ transport: IngestListener.Transport) -> Bool {
        listeners.contains { $0.wire == wire && $0.transport == transport }
    }

    private mutating func add(
        _ wire: IngestListener.Wire, _ transport: IngestListener.Transport, _ listener: any Listener,
        _ receiver: Receiver? = nil
    ) {
        listeners.append(
            IngestListener(wire: wire, transport: transport, listener: listener, receiver: receiver))
    }

    /// Receives StatsD from `socket`.
    private mutating func add(
        _ transport: IngestListener.Transport, _ socket: consuming DatagramSocket,
        _ receivers: inout Receivers
    ) throws(LinuxError) {
        let (listener, receiver) = try Self.datagrams(transport, socket, &receivers)
        add(.statsd, transport, listener, receiver)
    }

    private static func datagrams(
        _ transport: IngestListener.Transport, _ socket: consuming DatagramSocket,
        _ receivers: inout Receivers
    ) throws(LinuxError) -> (DatagramListener, Receiver?) {
        let receiver = receivers.make("statsd-\(transport.rawValue)")
        let listener = try DatagramListener(
            "statsd", socket: socket, memory: receiver?.memory, drainTime: drainTime)
        return (listener, receiver)
    }

    private static func lines(
        _ thread: String, _ socket: consuming StreamListener, _ limits: ConnectionLimits
    ) throws(LinuxError) -> ConnectionListener {
        try ConnectionListener(
            thread, socket: socket, framing: .newline(limit: lineLength), limits: limits)
    }
}
