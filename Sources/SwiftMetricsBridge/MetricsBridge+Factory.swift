public import CoreMetrics

extension MetricsBridge {
    /// A bridge for the rest of the process, as it is given to `MetricsSystem.bootstrap`.
    ///
    /// Each metric of swift-metrics keeps its factory. The references to a class would be counted in one place that all threads
    /// write: two threads that make metrics would need three times as long as one. So this is a struct that keeps its bridge,
    /// and the store behind it, for ever, as swift-metrics does with the factory anyway. Thread-safe.
    @safe
    public struct Factory: MetricsFactory {
        // Never released, so that it is valid however long a copy of this is used.
        private let reference: Unmanaged<MetricsBridge>

        /// Keeps `bridge` for the rest of the process.
        public init(_ bridge: MetricsBridge) { unsafe reference = Unmanaged.passRetained(bridge) }

        private func use<Result>(_ body: (MetricsBridge) -> Result) -> Result {
            unsafe reference._withUnsafeGuaranteedRef { body($0) }
        }

        /// See `MetricsBridge.makeCounter`.
        public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
            use { $0.makeCounter(label: label, dimensions: dimensions) }
        }

        /// See `MetricsBridge.makeFloatingPointCounter`.
        public func makeFloatingPointCounter(
            label: String, dimensions: [(String, String)]
        ) -> any FloatingPointCounterHandler {
            use { $0.makeFloatingPointCounter(label: label, dimensions: dimensions) }
        }

        /// See `MetricsBridge.makeMeter`.
        public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
            use { $0.makeMeter(label: label, dimensions: dimensions) }
        }

        /// See `MetricsBridge.makeRecorder`.
        public func makeRecorder(
            label: String, dimensions: [(String, String)], aggregate: Bool
        ) -> any RecorderHandler {
            use { $0.makeRecorder(label: label, dimensions: dimensions, aggregate: aggregate) }
        }

        /// See `MetricsBridge.makeTimer`.
        public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
            use { $0.makeTimer(label: label, dimensions: dimensions) }
        }

        /// See `MetricsBridge.destroyCounter`.
        public func destroyCounter(_ handler: any CounterHandler) { use { $0.destroyCounter(handler) } }

        /// See `MetricsBridge.destroyFloatingPointCounter`.
        public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
            use { $0.destroyFloatingPointCounter(handler) }
        }

        /// See `MetricsBridge.destroyMeter`.
        public func destroyMeter(_ handler: any MeterHandler) { use { $0.destroyMeter(handler) } }

        /// See `MetricsBridge.destroyRecorder`.
        public func destroyRecorder(_ handler: any RecorderHandler) { use { $0.destroyRecorder(handler) } }

        /// See `MetricsBridge.destroyTimer`.
        public func destroyTimer(_ handler: any TimerHandler) { use { $0.destroyTimer(handler) } }
    }
}
