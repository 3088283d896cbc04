import Heliograph
@_spi(Benchmarks) import Serving

/// Lines with two tags, over a thousand series, one datagram each.
enum StatsDBenches {
    static var all: [Bench] {
        Bench.loops("statsd/line", [.one]) { mode in
            let exporter = try Exporter(MetricSet([]))
            let lines = FixedInputs(1024) {
                Array("shop.orders:1|c|#region:r\($0 % 50),shop:s\($0 % 1000 / 50)".utf8)
            }
            let ingest = try exporter.statsdIngest()
            return Loops(mode, [IngestLine(exporter: exporter, ingest: ingest, lines: lines)])
        }
    }
}

private struct IngestLine: Operation, @unchecked Sendable {
    // Unchecked because of the ingest, which the one thread of the bench uses.
    let exporter: Exporter
    let ingest: ([UInt8]) -> Void
    let lines: FixedInputs<[UInt8]>

    func perform(_ index: Int) { ingest(lines[index]) }
}
