import Bytes
import ConfigurationFile
import EventSocket
import Ingest
import Linux
import StatsD
import TelemetryMetrics
import Testing

@testable import Exporting
@testable import Serving

/// Lines that were refused can be traced, whatever wire they came over.
@Suite(.timeLimit(.minutes(5)))
struct RejectedLinesTests {
    @Test func whatIsRefusedIsKeptWithItsSourceAndCause() throws {
        let store = try MetricStore()
        let ingest = try IngestMetrics(store: store, connections: ConnectionMetrics(store: store))
        let registry = WireRegistry(
            store: store, owner: .statsd, WireRegistry.Rules(StatsDConfiguration(), .legacy))
        var statsd = SampleIngest(StatsDParser(), registry, counters: ingest.counters(source: "statsd"))
        let datagram = Array("good:1|c\nbad\u{1b}(B:x|c|#tag:value\r\nup:1|g\ngood:1|c".utf8)
        datagram.withBytes(in: datagram.indices) { statsd.receive($0) }
        var events = EventIngest(
            EventMetrics(store: store), counters: ingest.counters(source: "event_socket"),
            progress: ClientProgress(in: store.arena))
        for line in [#"{"event":"a.b"}"#, "nonsense\t"] {
            let bytes = Array(line.utf8)
            bytes.withBytes(in: bytes.indices) { events.receive($0) }
        }
        let kept = ingest.rejectedLines.map { "\($0.source) \($0.cause.rawValue) \($0.text)" }
        #expect(
            Set(kept) == [
                #"statsd bad_number bad\x1b(B:x|c|#tag:value"#, "statsd reserved_name up:1|g",
                #"event_socket unknown_event {"event":"a.b"}"#, #"event_socket bad_syntax nonsense\x09"#,
            ])
    }

    @Test func aServiceShowsThem() async throws {
        let address = ListenAddress(host: "127.0.0.1", port: try freePort())
        var configuration = Configuration()
        configuration.web.listenAddresses = [ListenAddress(host: "127.0.0.1", port: 0)]
        configuration.statsd.udp = nil
        configuration.carbon.tcp = address
        let service = try ExporterService(configuration) { [configuration] in configuration }
        let running = Task { try await service.run() }
        let deadline = ContinuousClock.now + .seconds(60)
        let sender = try TCPConnection(host: address.host, port: address.port, deadline: deadline)
        try sender.write(Array("servers.load many 1700000000\n".utf8), deadline: deadline)
        while service.rejectedLines.isEmpty { await Task.yield() }
        running.cancel()
        _ = await running.result
        let line = try #require(service.rejectedLines.first)
        #expect(line.source == "carbon")
        #expect(line.cause == .badNumber)
        #expect(line.text == "servers.load many 1700000000")
        #expect(line.time > .seconds(1_700_000_000))
    }

    /// One that was free a moment ago.
    private func freePort() throws -> UInt16 {
        try StreamListener(ListenAddress(host: "127.0.0.1", port: 0)).boundPort
    }
}
