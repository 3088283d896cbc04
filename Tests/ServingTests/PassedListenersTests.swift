import ConfigurationFile
import Glibc
import Linux
import Systemd
import TelemetryMetrics
import Testing

@testable import Serving

/// What becomes of the descriptors that systemd passes.
@Suite(.timeLimit(.minutes(5)))
struct PassedListenersTests {
    private let limits = DescriptorBudget.Connections(http: 10, events: 10, carbon: 10)

    private func listening(_ name: String) throws -> ActivatedDescriptor {
        let listener = try StreamListener(ListenAddress(host: "127.0.0.1", port: 0))
        return ActivatedDescriptor(name: name, descriptor: try listener.descriptor.duplicate().release())
    }

    private func receiving(_ name: String) throws -> ActivatedDescriptor {
        let socket = try DatagramSocket(host: "127.0.0.1", port: 0)
        return ActivatedDescriptor(name: name, descriptor: try socket.descriptor.duplicate().release())
    }

    @Test func takesTheListenersOfOneName() throws {
        var passed = [
            try listening("web"), try receiving("web"), try listening("carbon"), try listening("web"),
        ]
        let rest = [passed[1], passed[2]]
        #expect(passed.takeListeners(named: "web").count == 2)
        #expect(passed == rest)
        for descriptor in rest { close(descriptor.descriptor) }
    }

    @Test func whatIsPassedTakesThePlaceOfTheAddress() throws {
        var configuration = Configuration()
        configuration.statsd.udp = ListenAddress(host: "127.0.0.1", port: 1)
        configuration.carbon.tcp = ListenAddress(host: "127.0.0.1", port: 1)
        let passed = [try receiving("statsd"), try receiving("statsd"), try listening("carbon")]
        var receivers = Receivers(try MetricStore(), after: nil)
        let sockets = try IngestSockets(configuration, passed: passed, limits: limits, receivers: &receivers)
        #expect(sockets.listeners.map(\.id) == ["statsd-udp", "statsd-udp", "carbon-tcp"])
        #expect(sockets.closed == [])
    }

    @Test func whatNothingIsForIsClosed() throws {
        let passed = [try listening("statsd"), try receiving("carbon"), try listening("other")]
        var configuration = Configuration()
        configuration.statsd.udp = nil
        var receivers = Receivers(try MetricStore(), after: nil)
        let sockets = try IngestSockets(configuration, passed: passed, limits: limits, receivers: &receivers)
        #expect(sockets.listeners.map(\.id) == [])
        #expect(sockets.closed == ["statsd", "carbon", "other"])
    }
}
