import CoreMetrics
import TelemetryMetrics

/// A handler that records into a series of its own.
protocol BridgedHandler: AnyObject, Sendable {
    /// Ends the handler's use of its series.
    func destroy()
}

/// Both kinds of counters, which may share a series.
final class BridgedCounter: CounterHandler, FloatingPointCounterHandler, BridgedHandler {
    private let use: SeriesUse

    init(_ use: consuming SeriesUse) { self.use = use }

    func increment(by amount: Int64) {
        if use.isLive { use.series.add(amount) }
    }

    func increment(by amount: Double) {
        if use.isLive { use.series.add(amount) }
    }

    func reset() {
        if use.isLive { use.series.reset() }
    }

    func destroy() { use.end() }
}

/// Recorders of both kinds, and meters, which may share a series with those that don't aggregate.
final class BridgedRecorder: RecorderHandler, MeterHandler, BridgedHandler {
    private let use: SeriesUse

    init(_ use: consuming SeriesUse) { self.use = use }

    func record(_ value: Int64) { set(Double(value)) }

    func record(_ value: Double) { set(value) }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) {
        if use.isLive { use.series.record(value) }
    }

    func increment(by amount: Double) { move(by: amount, sign: 1) }

    func decrement(by amount: Double) { move(by: amount, sign: -1) }

    /// What swift-metrics' own meter ignores is counted as rejected.
    private func move(by amount: Double, sign: Double) {
        guard use.isLive else { return }
        guard amount.isFinite else { return use.series.family.rejections.add(.notFinite) }
        guard amount >= 0 else { return use.series.family.rejections.add(.negative) }
        use.series.move(by: sign * amount)
    }

    func destroy() { use.end() }
}

/// Timers, in the unit of their metric.
///
/// The display unit that a timer prefers changes nothing: all series of a metric are in one unit, which is the second
/// unless the options say otherwise, and whoever displays them converts.
final class BridgedTimer: TimerHandler, BridgedHandler {
    private let use: SeriesUse
    private let nanosecondsPerUnit: Double

    init(_ use: consuming SeriesUse) {
        let unit = use.series.family.definition.unit ?? .second
        nanosecondsPerUnit = unit.factor(to: .nanosecond) ?? 1e9
        self.use = use
    }

    func recordNanoseconds(_ duration: Int64) {
        guard use.isLive else { return }
        // What the API makes of NaN, infinity and all that is longer than 292 years.
        guard duration < Int64.max else { return use.series.family.rejections.add(.notFinite) }
        guard duration >= 0 else { return use.series.family.rejections.add(.negative) }
        // A division gives the nearest double, so that a duration equal to a boundary counts as not above it.
        use.series.record(Double(duration) / nanosecondsPerUnit)
    }

    func preferDisplayUnit(_: TimeUnit) {}

    func destroy() { use.end() }
}
