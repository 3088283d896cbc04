import Glibc
import Heliograph

/// Resident bytes per series, and what many events leave behind; each needs a process of its own.
enum MemoryBenches {
    static var all: [Bench] {
        [
            Bench.whole("memory/counter", in: .bytes) { _ in
                try perSeries(.counter, count: 1_000_000) { series, _ in series.increment() }
            },
            Bench.whole("memory/histogram", in: .bytes) { _ in
                let values = Inputs.values
                return try perSeries(.histogram, count: 100_000) { series, index in
                    for offset in 0..<20 { series.record(values[(index + offset) & 65_535]) }
                }
            },
            Bench.whole("memory/summary", in: .bytes) { _ in try summary() },
            Bench.whole("soak", in: .bytes) { _ in try soak() },
        ]
    }

    /// Makes an exporter with `count` series of three labels and records into each.
    private static func perSeries(
        _ kind: MetricKind, count: Int, _ record: (SeriesHandle, Int) -> Void
    ) throws -> Double {
        var exporters: [Exporter] = []
        let growth = try ResidentMemory.growth {
            let exporter = try Exporter(MetricSet([]), configuration: .unlimited)
            exporters.append(exporter)
            let definition = definition(kind, count: count)
            for index in 0..<count {
                record(try exporter.series(of: definition, labels: Inputs.labels(index)), index)
            }
        }
        return withExtendedLifetime(exporters) { growth / Double(count) }
    }

    private static func definition(_ kind: MetricKind, count: Int) -> MetricDefinition {
        var definition = MetricDefinition(
            kind, name: "sample", help: "A sample.", labels: ["method", "route", "code"])
        definition.buckets = Buckets(Inputs.boundaries)
        definition.seriesLimit = 2 * count
        return definition
    }

    /// 100,000 samples for each series, a fifth of them in each slice of a window that is short enough to wait for.
    private static func summary() throws -> Double {
        let count = 4000
        let slice = Duration.seconds(2)
        var definition = definition(.summary, count: count)
        definition.window = slice * 5
        let values = Inputs.logNormalValues
        var exporters: [Exporter] = []
        let growth = try ResidentMemory.growth {
            let exporter = try Exporter(MetricSet([]), configuration: .unlimited)
            exporters.append(exporter)
            let start = ContinuousClock.now
            for round in 0..<5 {
                wait(until: start + slice * round)
                for index in 0..<count {
                    let series = try exporter.series(of: definition, labels: Inputs.labels(index))
                    for sample in 0..<20_000 {
                        series.record(values[(index * 61 + round * 20_000 + sample) & 65_535])
                    }
                }
            }
        }
        return withExtendedLifetime(exporters) { growth / Double(count) }
    }

    private static func wait(until instant: ContinuousClock.Instant) {
        while ContinuousClock.now < instant { usleep(1000) }
    }

    /// How much the process grows by a hundred million events that nobody scrapes; `SOAK_EVENTS` for another number.
    private static func soak() throws -> Double {
        let events = unsafe getenv("SOAK_EVENTS").flatMap { unsafe Int(String(cString: $0)) } ?? 100_000_000
        let operation = try EmitMixed()
        let emit = { (count: Int) in for index in 0..<count { operation.perform(index) } }
        emit(1_000_000)
        return try ResidentMemory.growth { emit(events) }
    }
}
