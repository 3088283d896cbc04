import PrometheusFormat
import TelemetryMetrics

@testable import SwiftMetricsBridge

/// A bridge with the store that it writes to.
struct Bridged {
    let store: MetricStore
    let factory: MetricsBridge

    init(
        _ options: MetricsBridge.Options = MetricsBridge.Options(), prefix: String = "",
        constantLabels: [(name: String, value: String)] = [], limits: StoreLimits = StoreLimits(),
        clock: CoarseClock = .system
    ) throws {
        store = try MetricStore(prefix: prefix, constantLabels: constantLabels, limits: limits, clock: clock)
        factory = try MetricsBridge(store: store, options: options)
    }

    /// The page without HELP lines and without the bridge's own metric.
    var page: String { Self.samples(of: text) }

    /// The page with all its lines.
    var text: String { render(.text) }

    /// The same in the other format.
    var openMetrics: String { render(.openMetrics) }

    private func render(_ format: ExpositionFormat) -> String {
        String(decoding: PageRenderer(store, format: format).bytes(), as: UTF8.self)
    }

    /// How many updates of `label` were rejected for that cause, as the page says.
    func rejected(_ cause: String, of label: String = "") -> String? {
        let start = "heliograph_swift_metrics_rejected_total{label=\"\(label)\",cause=\"\(cause)\"} "
        return text.split(separator: "\n").first { $0.hasPrefix(start) }.map {
            String($0.dropFirst(start.count))
        }
    }

    /// How many values the metric of that name rejected.
    func rejections(of name: String, _ rejection: Rejection) -> UInt64? {
        store.families.first { $0.name == name }?.rejections.count(of: rejection)
    }

    private static func samples(of page: String) -> String {
        page.split(separator: "\n").filter {
            !$0.hasPrefix("# HELP") && !$0.contains("heliograph_swift_metrics_rejected_total")
        }.map { "\($0)\n" }.joined()
    }
}

extension MetricsBridge.Options {
    /// Few buckets, so that pages are short.
    static var short: MetricsBridge.Options {
        var options = MetricsBridge.Options()
        options.timerBuckets = [0.009, 1]
        options.recorderBuckets = [10, 100]
        return options
    }
}
