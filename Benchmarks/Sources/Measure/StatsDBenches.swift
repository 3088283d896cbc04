import Heliograph
@_spi(Benchmarks) import Serving

/// Lines with two tags, over a thousand series, one datagram each.
enum StatsDBenches {
    static var all: [Bench] {
        [
            Bench.whole("statsd/line", in: .nanoseconds) { duration in
                let exporter = try Exporter(MetricSet([]))
                let lines = (0..<1024).map {
                    Array("shop.orders:1|c|#region:r\($0 % 50),shop:s\($0 % 1000 / 50)".utf8)
                }
                let ingest = try exporter.statsdIngest()
                let clock = ContinuousClock()
                let start = clock.now
                var count = 0
                while clock.now - start < duration {
                    for line in lines { ingest(line) }
                    count += lines.count
                }
                return withExtendedLifetime(exporter) { (clock.now - start).nanoseconds / Double(count) }
            }
        ]
    }
}
