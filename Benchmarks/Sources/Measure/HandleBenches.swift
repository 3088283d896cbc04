import Heliograph
import Synchronization

/// Recording into a series that is held, and the bare atomic operation.
enum HandleBenches {
    static var all: [Bench] {
        Bench.loops("counter/handle", by: .floor, Mode.all) { mode in
            Loops(mode, (0..<mode.seriesCount).map { _ in AtomicAdd() })
        }
            + Bench.loops("counter/handle", Mode.all) { mode in
                Loops(mode, try series(.counter, mode).map(Increment.init))
            }
            + recording("gauge/handle", .gauge) + recording("histogram/handle", .histogram)
            + recording("histogram_native/handle", .histogram, buckets: .native())
            + recording("summary/handle", .summary)
            + Bench.loops("histogram_exemplars/handle", Mode.all) { mode in
                Loops(
                    mode,
                    try series(.histogram, mode).map {
                        RecordInTrace(series: $0, values: FixedInputs(Inputs.values))
                    })
            }
    }

    private static func recording(
        _ name: String, _ kind: MetricKind, buckets: Buckets = Buckets(Inputs.boundaries)
    ) -> [Bench] {
        Bench.loops(name, Mode.all) { mode in
            Loops(
                mode,
                try series(kind, mode, buckets).map { Record(series: $0, values: FixedInputs(Inputs.values)) }
            )
        }
    }

    private static func series(
        _ kind: MetricKind, _ mode: Mode, _ buckets: Buckets = Buckets(Inputs.boundaries)
    ) throws -> [SeriesHandle] {
        let exporter = try Exporter(MetricSet([]))
        var definition = MetricDefinition(kind, name: "sample", help: "A sample.", labels: ["shard"])
        definition.buckets = buckets
        return try (0..<mode.seriesCount).map { try exporter.series(of: definition, labels: ["\($0)"]) }
    }
}

private struct Increment: Operation {
    let series: SeriesHandle

    func perform(_ index: Int) { series.increment() }
}

private struct Record: Operation {
    let series: SeriesHandle
    let values: FixedInputs<Double>

    func perform(_ index: Int) { series.record(values[index]) }
}

/// All observations are made within a sampled trace, as in a server that traces all its requests.
private struct RecordInTrace: Operation {
    let series: SeriesHandle
    let values: FixedInputs<Double>
    private let trace = TraceContext(traceID: TraceID(high: 1, low: 2), spanID: 3)

    func perform(_ index: Int) { series.record(values[index]) }

    func around(_ body: () -> Void) { TraceContext.withCurrent(trace, body) }
}

/// An atomic alone on its cache lines.
private final class AtomicAdd: Operation {
    private let before = SIMD16<UInt64>.zero
    private let value = Atomic<UInt64>(0)
    private let after = SIMD16<UInt64>.zero

    func perform(_ index: Int) { value.wrappingAdd(1, ordering: .relaxed) }
}
