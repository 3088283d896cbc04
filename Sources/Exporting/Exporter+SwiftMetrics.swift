public import SwiftMetricsBridge

extension Exporter {
    /// The factory that shows what libraries record through swift-metrics among this exporter's metrics.
    ///
    /// An application gives it to `MetricsSystem.bootstrap`, once; an exporter has one factory. It keeps the exporter's
    /// metrics for the rest of the process.
    /// - Throws: `MetricsBridgeError` where the options are wrong, or where the exporter has a factory already.
    public func metricsFactory(
        options: MetricsBridge.Options = MetricsBridge.Options()
    ) throws(MetricsBridgeError) -> MetricsBridge.Factory {
        MetricsBridge.Factory(try MetricsBridge(store: store, options: options))
    }
}
