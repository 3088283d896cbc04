import Arena
import Synchronization
import Telemetry

@testable import TelemetryMetrics

/// A store with metrics that are attached to their events for as long as it lives, under a clock that stands still.
final class Recording: Sendable {
    let clock = CoarseClock(fixedAt: 1_700_000_000_000)
    let store: MetricStore
    private let handlers: [String]

    init(
        prefix: String = "", constantLabels: [(name: String, value: String)] = [],
        @MetricSetBuilder _ metrics: () -> [any Metric]
    ) throws {
        store = try MetricStore(prefix: prefix, constantLabels: constantLabels, clock: clock)
        handlers = try MetricSet(metrics()).register(in: store, id: freshID())
    }

    deinit {
        handlers.forEach { try? HandlerRegistry.shared.detach($0) }
    }

    /// What `read` makes of each series of the metric, by label text.
    func series<Value>(_ name: String, _ read: (Family, Row) -> Value) -> [String: Value] {
        store.series(name, read)
    }

    /// The values of a counter, sum or gauge by label text.
    func values(_ name: String) -> [String: Double] { store.values(name) }

    func rejected(_ name: String, _ rejection: Rejection) -> UInt64? {
        store.families.first { $0.name == name }?.rejections.count(of: rejection)
    }
}

extension MetricStore {
    func series<Value>(_ name: String, _ read: (Family, Row) -> Value) -> [String: Value] {
        guard let family = families.first(where: { $0.name == name }) else { return [:] }
        var result: [String: Value] = [:]
        family.forEachSeries { text, row in result[String(text)] = read(family, row) }
        return result
    }

    func values(_ name: String) -> [String: Double] {
        series(name) { family, row in
            family.definition.kind == .gauge ? family.value(row) : family.total(row).value
        }
    }
}

extension String {
    init(_ bytes: borrowing RawSpan) {
        let copied = bytes.byteOffsets.map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
        self.init(decoding: copied, as: UTF8.self)
    }
}

private let lastNumber = Atomic(0)

/// An id that no other test has.
func freshID() -> String {
    "tests.metrics.n\(lastNumber.wrappingAdd(1, ordering: .relaxed).newValue)"
}

/// An event that no other test emits.
func freshEvent<Payload>(_ payload: Payload.Type = Payload.self) -> Event<Payload> {
    Event(freshID())
}

/// What the events of these tests carry.
struct Order: Sendable {
    enum Payment: String, LabelValue { case card, cash }

    var payment = Payment.card
    var items = 1
    var amount: Double? = 1
    var elapsed = Duration.milliseconds(250)
    var note = ""
}
