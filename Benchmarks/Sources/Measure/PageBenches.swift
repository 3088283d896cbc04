import Heliograph

/// Rendering the page of metrics.
enum PageBenches {
    static var all: [Bench] {
        Bench.loops("render/10k", [.one]) { mode in Loops(mode, [try Render(series: 10_000)]) }
    }
}

private struct Render: Operation {
    private let exporter: Exporter

    init(series count: Int) throws {
        exporter = try Exporter(MetricSet([]))
        let definition = MetricDefinition(
            .counter, name: "requests_total", help: "Requests.", labels: ["method", "route", "code"])
        for index in 0..<count {
            try exporter.series(of: definition, labels: Inputs.labels(index)).record(Double(index))
        }
    }

    func perform(_ index: Int) { keep(UInt64(exporter.render().bytes.count)) }
}
