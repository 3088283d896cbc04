import Heliograph

/// Rendering the page of metrics.
enum PageBenches {
    static var all: [Bench] {
        Bench.loops("render/own", [.one]) { mode in Loops(mode, [try Render(series: 0)]) }
            + Bench.loops("render/1000x1", [.one]) { mode in Loops(mode, [try Render(metrics: 1000)]) }
            + Bench.loops("render/10k", [.one]) { mode in Loops(mode, [try Render(series: 10_000)]) }
    }
}

private struct Render: Operation {
    private let exporter: Exporter

    /// A page of the exporter's own metrics, and of one more with so many series.
    init(series count: Int) throws {
        exporter = try Exporter(MetricSet([]))
        let definition = MetricDefinition(
            .counter, name: "requests_total", help: "Requests.", labels: ["method", "route", "code"])
        for index in 0..<count {
            try exporter.series(of: definition, labels: Inputs.labels(index)).record(Double(index))
        }
    }

    /// A page of many metrics with one series each.
    init(metrics count: Int) throws {
        exporter = try Exporter(MetricSet([]))
        for index in 0..<count {
            let definition = MetricDefinition(
                .counter, name: "requests\(index)_total", help: "Requests of one kind.",
                labels: ["method", "route", "code"])
            try exporter.series(of: definition, labels: Inputs.labels(index)).record(Double(index))
        }
    }

    func perform(_ index: Int) { keep(UInt64(exporter.render().bytes.count)) }
}
