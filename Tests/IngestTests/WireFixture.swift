import Arena
import Bytes
import Telemetry
import TelemetryMetrics

@testable import Ingest

/// A registry of names whose series expire after ten seconds, with a clock that is moved.
struct WireFixture {
    static let expiry = Duration.seconds(10)

    let store: MetricStore
    let registry: WireRegistry
    let counters: IngestCounters
    let lines = RejectedLines(source: "s")
    private let rejected: Family

    init(
        _ rules: WireRegistry.Rules = rules(), clock: CoarseClock = CoarseClock(fixedAt: 1_000_000),
        predecessor: ForeignArena? = nil
    ) throws {
        store = try MetricStore(clock: clock, predecessor: predecessor)
        let store = store
        func counter(_ name: String, _ labels: [String]) throws -> Family {
            try store.register(
                MetricDefinition(.counter, name: name, help: "", labels: labels), isInternal: true)
        }
        rejected = try counter("rejected", ["source", "cause"])
        counters = IngestCounters(
            source: "s", received: try counter("received", ["source"]),
            counted: try counter("counted", ["source"]), rejected: rejected, lines: lines)
        registry = WireRegistry(store: store, owner: .statsd, rules)
    }

    /// Each name is a metric of its own, but for `x.` names, which are all one, and `drop.` names.
    static func rules(limit: Int = 100, expiry: Duration? = expiry) -> WireRegistry.Rules {
        WireRegistry.Rules(limit: limit) { name, kind in
            guard !name.hasPrefix("drop.") else { return .drop }
            let isShared = name.hasPrefix("x.")
            var definition = MetricDefinition(
                kind.metricKind, name: isShared ? "x" : PrometheusName.sanitised(name), help: "")
            definition.expiry = expiry
            return .metric(WireMetric(definition, source: isShared ? nil : name))
        }
    }

    func send(_ name: String, _ value: Double = 1, _ kind: SampleKind = .counter) {
        var recorder = SampleRecorder(registry, counters: counters)
        recorder.send(name, value, kind)
    }

    /// Has everything that is not used until the next call of this expire.
    func expire() {
        store.sweep()
        store.clock.advance(by: Self.expiry)
        store.sweep()
    }

    /// The value of each metric without labels.
    var values: [String: Double] {
        var values: [String: Double] = [:]
        for family in store.families where !family.isInternal {
            family.forEachSeries { _, row in
                values[family.name] =
                    family.definition.kind == .gauge ? family.value(row) : family.total(row).value
            }
        }
        return values
    }

    func rejections(_ cause: RejectionCause) -> Double {
        var count = 0.0
        rejected.forEachSeries { text, row in
            if text.text(in: 0..<text.byteCount).contains("\"\(cause.rawValue)\"") {
                count += rejected.total(row).value
            }
        }
        return count
    }
}

extension SampleRecorder {
    /// Records one sample in a frame of its own; `pause` is called between its name and its value.
    mutating func send(
        _ name: String, _ value: Double = 1, _ kind: SampleKind = .counter, pause: () -> Void = {}
    ) {
        let bytes = Array(name.utf8)
        var sample = Sample(kind: kind)
        sample.name = bytes.indices
        sample.value = value
        bytes.withBytes(in: bytes.indices) { bytes in
            frame { recorder in
                recorder.lineBegan(sample, in: bytes)
                pause()
                recorder.sample(sample, in: bytes)
            }
        }
    }
}
