import CoreMetrics
import Heliograph
import SampleEvents
import SwiftMetricsBridge

/// A counter of swift-metrics with three dimensions, made anew for each increment.
enum SwiftMetricsBenches {
    static var all: [Bench] {
        Bench.loops("swiftmetrics/counter3", modes) { mode in
            let exporter = try Exporter(MetricSet([]))
            return Loops(
                mode, [CountThroughFactory(exporter: exporter, factory: try exporter.metricsFactory())])
        }
            + Bench.loops("swiftmetrics/counter3", by: .swiftMetricsNoop, modes) { mode in
                Loops(mode, [CountThroughFactory(exporter: nil, factory: NOOPMetricsHandler.instance)])
            }
    }

    private static let modes: [Mode] = [.one, .two]
}

private struct CountThroughFactory: Operation {
    /// Counts as long as it is held.
    let exporter: Exporter?
    /// Of no known type, as the one that `MetricsSystem` holds: both factories are called by the same code.
    let factory: any MetricsFactory
    private let responses = Inputs.responses()

    init(exporter: Exporter?, factory: any MetricsFactory) {
        self.exporter = exporter
        self.factory = factory
    }

    func perform(_ index: Int) {
        let response = responses[index].labels
        let dimensions = [("method", response.method), ("route", response.route), ("code", response.code)]
        CoreMetrics.Counter(label: "sample_responses", dimensions: dimensions, factory: factory).increment()
    }
}
