public import CoreMetrics
package import TelemetryMetrics

/// Exposes what is recorded through swift-metrics.
///
/// ```swift
/// MetricsSystem.bootstrap(MetricsBridge.Factory(bridge))
/// ```
/// Labels become names, and dimensions labels, with `_` for what Prometheus doesn't take in them; a unit ends the name,
/// as `_seconds` does that of a timer. Of dimensions with the same name the last one counts, and their order doesn't.
/// Counters become counters, gauges and meters gauges, recorders histograms, and timers histograms in seconds,
/// whichever unit they prefer for display.
///
/// Nothing is thrown and nothing traps. A label that can't be exposed, for example because its name is taken, gets a
/// handler whose updates are counted in `heliograph_swift_metrics_rejected_total`. A value that can't be counted, such as
/// NaN or a negative increment, is rejected by its metric and counted there. `BridgeRejection.event` names the label,
/// once for each cause.
///
/// A series lasts until its last handler is destroyed. A handler that is only released leaves it to the expiry.
///
/// Thread-safe. Making a handler for a known series takes one short lock per shard of threads; recording takes none.
public final class MetricsBridge: MetricsFactory {
    private let counters: LabelTable<BridgedCounter>
    private let gauges: LabelTable<BridgedRecorder>
    private let recorders: LabelTable<BridgedRecorder>
    private let timers: LabelTable<BridgedTimer>
    private let notices = RejectionNotices()
    private let rejected: RejectedHandlers

    /// A bridge into `store`, which can have one.
    ///
    /// - Throws: what is wrong with the options; `alreadyBridged` for a second bridge.
    package init(store: MetricStore, options: Options = Options()) throws(MetricsBridgeError) {
        try options.check(store.names)
        do throws(DefinitionErrors) {
            rejected = RejectedHandlers(
                counting: try store.register(RejectedHandlers.definition, isInternal: true))
        } catch {
            // The definition is right in itself.
            throw .alreadyBridged
        }
        counters = LabelTable(.counter, store: store, options: options, notices: notices)
        gauges = LabelTable(.gauge, store: store, options: options, notices: notices)
        recorders = LabelTable(.recorder, store: store, options: options, notices: notices)
        timers = LabelTable(.timer, store: store, options: options, notices: notices)
    }

    /// A handler that counts whole numbers.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        do throws(RejectionCause) {
            return try counters.handler(label, dimensions)
        } catch {
            return reject(label, error)
        }
    }

    /// A handler that adds up numbers, in the same series as a counter of whole numbers with that label.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        do throws(RejectionCause) {
            return try counters.handler(label, dimensions)
        } catch {
            return reject(label, error)
        }
    }

    /// A handler of a value that goes up and down, in the same series as a gauge with that label.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        do throws(RejectionCause) {
            return try gauges.handler(label, dimensions)
        } catch {
            return reject(label, error)
        }
    }

    /// A handler that counts values into buckets, or keeps the last one where it is not to aggregate.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        do throws(RejectionCause) {
            return try (aggregate ? recorders : gauges).handler(label, dimensions)
        } catch {
            return reject(label, error)
        }
    }

    /// A handler that counts durations into buckets.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        do throws(RejectionCause) {
            return try timers.handler(label, dimensions)
        } catch {
            return reject(label, error)
        }
    }
}

extension MetricsBridge {
    private func reject(_ label: String, _ cause: RejectionCause) -> RejectedHandler {
        notices.tell(label, cause.rawValue)
        return rejected.handler(label, cause)
    }

    /// Removes the series where this is its last handler; what the handler still records goes nowhere.
    public func destroyCounter(_ handler: any CounterHandler) { destroyCounter(handler as AnyObject) }

    /// Removes the series where this is its last handler; what the handler still records goes nowhere.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
        destroyCounter(handler as AnyObject)
    }

    /// Removes the series where this is its last handler; what the handler still records goes nowhere.
    public func destroyMeter(_ handler: any MeterHandler) { destroyRecorder(handler as AnyObject) }

    /// Removes the series where this is its last handler; what the handler still records goes nowhere.
    public func destroyRecorder(_ handler: any RecorderHandler) { destroyRecorder(handler as AnyObject) }

    /// Removes the series where this is its last handler; what the handler still records goes nowhere.
    public func destroyTimer(_ handler: any TimerHandler) {
        if let timer = handler as? BridgedTimer { timers.destroy(timer) }
    }

    private func destroyCounter(_ handler: AnyObject) {
        if let counter = handler as? BridgedCounter { counters.destroy(counter) }
    }

    private func destroyRecorder(_ handler: AnyObject) {
        guard let recorder = handler as? BridgedRecorder else { return }
        (recorder.aggregates ? recorders : gauges).destroy(recorder)
    }
}
