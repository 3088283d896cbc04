public import CoreMetrics
package import TelemetryMetrics

/// Exposes what is recorded through swift-metrics.
///
/// ```swift
/// MetricsSystem.bootstrap(bridge)
/// ```
/// Labels become names, and dimensions labels, with `_` for what Prometheus doesn't take in them. Of dimensions with the
/// same name the last one counts, and their order doesn't. Counters become counters, gauges and meters gauges,
/// recorders histograms, and timers histograms in seconds, whichever unit they prefer for display.
///
/// Nothing is thrown and nothing traps. A label that can't be exposed, for example because its name is taken, gets a
/// handler whose updates are counted in `heliograph_swift_metrics_rejected_total`. A value that can't be counted, such as
/// NaN in a recorder or a negative increment, is rejected by its metric and counted there.
///
/// A series lasts until its last handler is destroyed; a handler that just goes leaves it to the expiry. Thread-safe:
/// making a handler for a label that was seen before takes two short locks, recording into one none.
public final class MetricsBridge: MetricsFactory {
    private let counters: LabelTable
    private let gauges: LabelTable
    private let recorders: LabelTable
    private let timers: LabelTable
    private let rejected: RejectedHandlers

    /// A bridge into `store`, which can have one.
    ///
    /// - Throws: what is wrong with the options; `alreadyBridged` for a second bridge.
    package init(store: MetricStore, options: Options = Options()) throws(MetricsBridgeError) {
        try options.check()
        do throws(DefinitionErrors) {
            rejected = RejectedHandlers(
                counting: try store.register(
                    MetricDefinition(
                        .counter, name: "heliograph_swift_metrics_rejected_total",
                        help: "Updates through swift-metrics that no metric could take, by cause.",
                        labels: ["cause"]), isOwn: true))
        } catch {
            // The definition is right in itself.
            throw .alreadyBridged
        }
        counters = LabelTable(.counter, store: store, options: options)
        gauges = LabelTable(.gauge, store: store, options: options)
        recorders = LabelTable(.recorder, store: store, options: options)
        timers = LabelTable(.timer, store: store, options: options)
    }

    /// A handler that counts whole numbers.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        do throws(BridgeRejection) {
            return BridgedCounter(try counters.use(label, dimensions))
        } catch {
            return rejected[error]
        }
    }

    /// A handler that adds up numbers, in the same series as a counter of whole numbers with that label.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        do throws(BridgeRejection) {
            return BridgedCounter(try counters.use(label, dimensions))
        } catch {
            return rejected[error]
        }
    }

    /// A handler of a value that goes up and down, in the same series as a gauge with that label.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        do throws(BridgeRejection) {
            return BridgedRecorder(try gauges.use(label, dimensions))
        } catch {
            return rejected[error]
        }
    }

    /// A handler that counts values into buckets, or keeps the last one where it is not to aggregate.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        do throws(BridgeRejection) {
            return BridgedRecorder(try (aggregate ? recorders : gauges).use(label, dimensions))
        } catch {
            return rejected[error]
        }
    }

    /// A handler that counts durations into buckets.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        do throws(BridgeRejection) {
            return BridgedTimer(try timers.use(label, dimensions))
        } catch {
            return rejected[error]
        }
    }
}

extension MetricsBridge {
    /// Removes the series where this is its last handler; what the handler still records goes nowhere.
    public func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }

    /// Removes the series where this is its last handler; what the handler still records goes nowhere.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { destroy(handler) }

    /// Removes the series where this is its last handler; what the handler still records goes nowhere.
    public func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }

    /// Removes the series where this is its last handler; what the handler still records goes nowhere.
    public func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }

    /// Removes the series where this is its last handler; what the handler still records goes nowhere.
    public func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }

    private func destroy(_ handler: Any) {
        (handler as? any BridgedHandler)?.destroy()
    }
}
