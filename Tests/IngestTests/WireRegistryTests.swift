import Bytes
import TelemetryMetrics
import Testing

@testable import Ingest

/// What becomes of known names and their metrics when the rules change.
@Suite(.timeLimit(.minutes(5)))
struct WireRegistryTests {
    private let store: MetricStore
    private let registry: WireRegistry
    private let rejected: Family
    private let counters: IngestCounters

    init() throws {
        let store = try MetricStore()
        let families = try [
            ("received", ["source"]), ("counted", ["source"]), ("rejected", ["source", "cause"]),
        ]
        .map { name, labels in
            try store.register(
                MetricDefinition(.counter, name: name, help: "", labels: labels), isInternal: true)
        }
        self.store = store
        rejected = families[2]
        counters = IngestCounters(
            source: "s", received: families[0], counted: families[1], rejected: families[2])
        registry = WireRegistry(store: store, owner: .statsd, Self.rules())
    }

    /// Each name is a metric of its own, but for those in `names`; those in `dropped` are dropped.
    private static func rules(
        limit: Int = 100, names: [String: String] = [:], dropped: Set<String> = [], buckets: Buckets = [1]
    ) -> WireRegistry.Rules {
        WireRegistry.Rules(limit: limit) { name, kind in
            guard !dropped.contains(name) else { return .drop }
            var definition = MetricDefinition(
                kind.metricKind, name: names[name] ?? PrometheusName.sanitised(name), help: "")
            definition.buckets = buckets
            return .metric(WireMetric(definition, source: names[name] == nil ? name : nil))
        }
    }

    private func send(_ name: String, _ value: Double = 1, _ kind: SampleKind = .counter) {
        let bytes = Array(name.utf8)
        var recorder = SampleRecorder(registry, counters: counters)
        var sample = Sample(kind: kind)
        sample.name = bytes.indices
        sample.value = value
        bytes.withBytes(in: bytes.indices) { frame in
            recorder.frame {
                $0.lineBegan(sample, in: frame)
                $0.sample(sample, in: frame)
            }
        }
    }

    /// The total or count of each metric of the registry.
    private var totals: [String: Double] {
        var totals: [String: Double] = [:]
        for family in store.families where !family.isInternal {
            family.forEachSeries { _, row in
                totals[family.name] =
                    family.definition.kind == .histogram
                    ? Double(family.histogram(row).counts.reduce(0, +)) : family.total(row).value
            }
        }
        return totals
    }

    private func rejections(_ cause: RejectionCause) -> Double {
        var count = 0.0
        rejected.forEachSeries { text, row in
            if text.text(in: 0..<text.byteCount).contains("\"\(cause.rawValue)\"") {
                count += rejected.total(row).value
            }
        }
        return count
    }

    @Test func aNameThatIsQuietBetweenChangesFollowsTheLastOne() {
        send("lat", 3, .histogram)
        registry.change(to: Self.rules())
        registry.change(to: Self.rules())
        #expect(totals == ["lat": 1])
        registry.change(to: Self.rules(buckets: [7]))
        #expect(totals == [:])
        send("lat", 3, .histogram)
        #expect(totals == ["lat": 1])
        #expect(rejections(.nameConflict) == 0)
    }

    /// As it keeps a copy of what names stand for.
    @Test func aThreadThatIsRecordingSeesTheChange() {
        let bytes = Array("a".utf8)
        var recorder = SampleRecorder(registry, counters: counters)
        var sample = Sample(kind: .counter)
        sample.name = bytes.indices
        sample.value = 1
        for names in [[:], ["a": "b"]] {
            registry.change(to: Self.rules(names: names))
            bytes.withBytes(in: bytes.indices) { frame in
                recorder.frame {
                    $0.lineBegan(sample, in: frame)
                    $0.sample(sample, in: frame)
                }
            }
        }
        #expect(totals == ["b_total": 1])
    }

    @Test func aQuietNameThatIsDroppedLosesItsMetric() {
        send("old.x")
        registry.change(to: Self.rules())
        registry.change(to: Self.rules(dropped: ["old.x"]))
        #expect(totals == [:])
        send("old.x")
        #expect(rejections(.droppedByRule) == 1)
    }

    @Test func theLimitCountsTheNamesOfAllTimes() {
        for name in ["a", "b", "c"] { send(name) }
        for round in 0..<3 {
            registry.change(to: Self.rules(limit: 4))
            send("fresh\(round)")
        }
        #expect(totals.count == 4)
        #expect(rejections(.metricsLimit) == 2)
        send("a")
        #expect(totals["a_total"] == 2)
    }

    @Test func aMetricKeepsItsCountsWhereOneOfItsNamesCanNotLeave() throws {
        _ = try store.register(MetricDefinition(.gauge, name: "taken", help: ""), isInternal: true)
        registry.change(to: Self.rules(names: ["x.a": "m", "x.b": "m"]))
        send("x.a", 5)
        send("x.b", 6)
        registry.change(to: Self.rules(names: ["x.a": "m", "x.b": "taken"]))
        #expect(totals == ["m_total": 11])
        send("x.a")
        send("x.b", 1, .gauge)
        #expect(totals == ["m_total": 12])
        registry.change(to: Self.rules(names: ["x.a": "m", "x.b": "other"]))
        send("x.b")
        #expect(totals == ["m_total": 12, "other_total": 1])
    }

    @Test func aNameGetsItsMetricOnceAnotherThatWasFirstIsDropped() {
        send("a.b")
        send("a_b")
        #expect(rejections(.nameConflict) == 1)
        registry.change(to: Self.rules(dropped: ["a.b"]))
        send("a_b", 4)
        #expect(totals == ["a_b_total": 5])
    }
}
