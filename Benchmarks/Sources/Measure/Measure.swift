@_spi(Benchmarks) import Heliograph
import SampleEvents

/// Measures the hot paths; one JSON object per line.
@main
enum Measure {
    private static let request = SampleEvents.Request(method: "GET", route: "/users", seconds: 0.012)

    static func main() throws {
        measureUnobserved()
        try measureHandle()
        try measureMixed()
        try measureRender()
        try measureStatsD()
    }

    private static func measureUnobserved() {
        let request = request
        Benchmark.report("emit/none") { count in
            for _ in 0..<count { SampleEvents.unobserved.emit(request) }
        }
    }

    private static func measureHandle() throws {
        let exporter = try Exporter(MetricSet([]))
        let definition = MetricDefinition(.counter, name: "sample_total", help: "A counter.")
        let counter = try exporter.series(of: definition, labels: [])
        Benchmark.report("counter/handle") { count in
            for _ in 0..<count { counter.increment() }
        }
    }

    private static func measureMixed() throws {
        let method = Label("method", \SampleEvents.Request.method)
        let route = Label("route", \SampleEvents.Request.route)
        let event = SampleEvents.mixed
        let exporter = try Exporter(
            MetricSet {
                Counter("mixed_requests_total", "Requests.", of: event, labels: method, route)
                Histogram(
                    "mixed_duration_seconds", "Time.", of: event, observing: \.seconds, labels: method, route)
                Gauge("mixed_last_seconds", "Last.", of: event, observing: \.seconds, labels: method, route)
                Summary(
                    "mixed_latency_seconds", "Quantiles.", of: event, observing: \.seconds,
                    labels: method, route)
            })
        let request = request
        Benchmark.report("emit/mixed") { count in
            for _ in 0..<count { event.emit(request) }
        }
        keep(exporter.render().bytes.count)
    }

    private static func measureRender() throws {
        let exporter = try Exporter(MetricSet([]))
        let definition = MetricDefinition(
            .counter, name: "sample_requests_total", help: "Requests.", labels: ["method", "route", "code"])
        for index in 0..<10_000 {
            let labels = ["GET", "/users/\(index / 10)", "\(200 + index % 10)"]
            try exporter.series(of: definition, labels: labels).record(Double(index))
        }
        Benchmark.report("render/10k") { count in
            for _ in 0..<count { keep(exporter.render().bytes.count) }
        }
    }

    /// Lines with two tags, over a thousand series, one datagram each.
    private static func measureStatsD() throws {
        let exporter = try Exporter(MetricSet([]))
        let lines = (0..<1000).map { Array("shop.orders:1|c|#region:r\($0 % 50),shop:s\($0 / 50)".utf8) }
        let ingest = try exporter.statsdIngest()
        Benchmark.report("statsd/line") { count in
            for index in 0..<count { ingest(lines[index % lines.count]) }
        }
    }
}
