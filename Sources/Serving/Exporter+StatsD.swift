import ConfigurationFile
public import Exporting
import Linux
import StatsD

extension Exporter {
    /// Counts the lines of StatsD datagrams as the service does, for one thread; for measuring.
    @_spi(Benchmarks)
    public func statsdIngest() throws -> ([UInt8]) -> Void {
        let registry = StatsDRegistry(store: store, StatsDConfiguration())
        let counters = try IngestMetrics(store: store).counters(source: "statsd")
        var ingest = StatsDIngest(place: StatsDRegistryPlace(registry), store: store, counters: counters)
        return { datagram in datagram.withBytes(in: datagram.indices) { ingest.receive($0) } }
    }
}
