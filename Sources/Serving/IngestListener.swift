import Arena
import Listeners

/// A listener of the service, and what it receives.
struct IngestListener: Sendable {
    /// What the frames mean.
    enum Wire {
        case statsd
        /// JSON events.
        case events
        /// Graphite's plaintext protocol.
        case carbon

        /// As in the label of its metrics.
        var source: String {
            switch self {
            case .statsd: "statsd"
            case .events: "event_socket"
            case .carbon: "carbon"
            }
        }
    }

    /// What carries the frames, as in the label of its metrics.
    enum Transport: String {
        case udp
        case unix
        case tcp

        /// Those that carry datagrams.
        static let ofDatagrams = [udp, unix]
    }

    let wire: Wire
    let transport: Transport
    let listener: any Listener
    /// Where its datagrams are, if they outlive the process.
    var receiver: Receiver?

    /// Of its child in the service's tree.
    var id: String {
        switch wire {
        case .statsd: "statsd-\(transport.rawValue)"
        case .events: "event-socket"
        case .carbon: "carbon-\(transport.rawValue)"
        }
    }
}
