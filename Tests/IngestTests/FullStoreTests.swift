import Bytes
import TelemetryMetrics
import Testing

@testable import Ingest

/// What becomes of names that come while all metrics together are at a limit.
@Suite(.timeLimit(.minutes(5)))
struct FullStoreTests {
    private let store: MetricStore
    private let registry: WireRegistry
    private let rejected: Family
    private let counters: IngestCounters

    init() throws {
        let store = try MetricStore(limits: StoreLimits(samples: 6), clock: CoarseClock(fixedAt: 1_000_000))
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
        registry = WireRegistry(
            store: store, owner: .statsd,
            Self.rules(limit: 100))
    }

    private static func rules(limit: Int) -> WireRegistry.Rules {
        WireRegistry.Rules(limit: limit) { name, kind in
            // All names with an underscore are one metric.
            let metric = String(name.prefix { $0 != "_" })
            return .metric(WireMetric(MetricDefinition(kind.metricKind, name: metric, help: "")))
        }
    }

    private func send(_ name: String) {
        let bytes = Array(name.utf8)
        var recorder = SampleRecorder(registry, counters: counters)
        var sample = Sample(kind: .counter)
        sample.name = bytes.indices
        sample.value = 1
        bytes.withBytes(in: bytes.indices) { frame in
            recorder.frame {
                $0.lineBegan(sample, in: frame)
                $0.sample(sample, in: frame)
            }
        }
    }

    private func total(_ name: String, _ wanted: String = "") -> Double? {
        guard let family = store.families.first(where: { $0.name == "\(name)_total" }) else { return nil }
        var total: Double?
        family.forEachSeries { text, row in
            if text.text(in: 0..<text.byteCount) == wanted { total = family.total(row).value }
        }
        return total
    }

    @Test func refusesNewNamesOnlyAndTakesThemLater() throws {
        // With the series of the three counters, of which that of the rejections comes last.
        for name in ["a", "b", "c", "d"] { send(name) }
        #expect(store.budget.samples == 6)
        for name in ["e", "a_1", "a", "e"] { send(name) }
        #expect(total("a") == 3)
        #expect(total("e") == nil)
        #expect(total("rejected", #"source="s",cause="samples_limit""#) == 2)
        #expect(store.budget.refusals(by: .samples) == 2)

        store.remove(store.families.filter { ["b_total", "c_total"].contains($0.name) })
        send("e")
        #expect(total("e") == 1)
        #expect(total("rejected", #"source="s",cause="samples_limit""#) == 2)
    }

    @Test func theLimitOfNamesIsTheCauseWhereBothAreReached() {
        registry.change(to: Self.rules(limit: 4))
        for name in ["a", "b", "c", "d", "e", "a_1"] { send(name) }
        #expect(store.budget.limitReached == .samples)
        #expect(total("rejected", #"source="s",cause="metrics_limit""#) == 2)
        #expect(total("rejected", #"source="s",cause="samples_limit""#) == nil)
        #expect(store.budget.refusals(by: .samples) == 0)
    }
}
