import PrometheusFormat
import Synchronization
import Telemetry
import TelemetryMetrics

/// Metrics that are attached to their events for as long as it lives, and the pages they make.
final class Page: Sendable {
    let store: MetricStore
    private let handlers: [String]
    private static let count = Atomic(0)

    init(
        prefix: String = "", constantLabels: [(name: String, value: String)] = [],
        @MetricSetBuilder _ metrics: () -> [any Metric]
    ) throws {
        store = try MetricStore(
            prefix: prefix, constantLabels: constantLabels, clock: CoarseClock(fixedAt: 1_700_000_000_000))
        handlers = try MetricSet(metrics()).register(in: store, id: Page.freshID())
    }

    deinit {
        handlers.forEach { try? HandlerRegistry.shared.detach($0) }
    }

    func text(_ format: ExpositionFormat) -> String {
        String(decoding: PageRenderer(store, format: format).bytes(), as: UTF8.self)
    }

    /// The first fault of either text format's page.
    var fault: ExpositionError? {
        for format in [ExpositionFormat.text, .openMetrics] {
            if let error = ExpositionCheck(PageRenderer(store, format: format).bytes(), format: format).error
            {
                return error
            }
        }
        return nil
    }

    /// An id that no other test has.
    static func freshID() -> String {
        "tests.page.n\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
    }
}

/// What the events of these tests carry.
struct Order: Sendable {
    var payment = "card"
    var amount = 1.0
    var elapsed = Duration.milliseconds(250)
}
