import ConfigurationFile
public import Exporting
import Bytes
import Ingest
import StatsD
import TelemetryMetrics

extension Exporter {
    /// Counts the lines of StatsD datagrams as the service does, for one thread; for measuring.
    @_spi(Benchmarks)
    public func statsdIngest() throws -> ([UInt8]) -> Void {
        let registry = WireRegistry(
            store: store, owner: .statsd, WireRegistry.Rules(StatsDConfiguration(), store.names))
        let counters = try IngestMetrics(store: store, connections: ownMetrics.connections).counters(
            source: "statsd")
        var ingest = SampleIngest(StatsDParser(StatsDConfiguration()), registry, counters: counters)
        return { datagram in datagram.withBytes(in: datagram.indices) { ingest.receive($0) } }
    }
}
