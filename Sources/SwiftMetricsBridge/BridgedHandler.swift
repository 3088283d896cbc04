import CoreMetrics
import TelemetryMetrics

/// A handler that records into a series of its own.
protocol BridgedHandler: AnyObject, Sendable {
    init(_ use: consuming SeriesUse)

    /// Calls `body` with the use of the series.
    func use<Result>(_ body: (borrowing SeriesUse) -> Result) -> Result
}

/// Both kinds of counters, which may share a series.
final class BridgedCounter: CounterHandler, FloatingPointCounterHandler, BridgedHandler {
    private let use: SeriesUse

    init(_ use: consuming SeriesUse) { self.use = use }

    func use<Result>(_ body: (borrowing SeriesUse) -> Result) -> Result { body(use) }

    func increment(by amount: Int64) {
        guard use.isLive else { return }
        if let rejection = use.series.tryAdd(amount) { use.metric.reject(rejection) }
    }

    func increment(by amount: Double) {
        guard use.isLive else { return }
        if let rejection = use.series.tryAdd(amount) { use.metric.reject(rejection) }
    }

    func reset() {
        if use.isLive { use.series.reset() }
    }
}

/// Recorders of both kinds, and meters, which may share a series with those that don't aggregate.
final class BridgedRecorder: RecorderHandler, MeterHandler, BridgedHandler {
    private let use: SeriesUse
    /// Whether it counts into buckets.
    let aggregates: Bool

    init(_ use: consuming SeriesUse) {
        aggregates = use.series.family.definition.kind == .histogram
        self.use = use
    }

    func use<Result>(_ body: (borrowing SeriesUse) -> Result) -> Result { body(use) }

    func record(_ value: Int64) { set(Double(value)) }

    func record(_ value: Double) { set(value) }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) {
        guard use.isLive else { return }
        let rejection = value.isFinite ? use.series.tryRecord(value) : .notFinite
        if let rejection { use.metric.reject(rejection) }
    }

    func increment(by amount: Double) { move(by: amount, sign: 1) }

    func decrement(by amount: Double) { move(by: amount, sign: -1) }

    /// What swift-metrics' own meter ignores is counted as rejected.
    private func move(by amount: Double, sign: Double) {
        guard use.isLive else { return }
        let rejection = amount < 0 && amount.isFinite ? .negative : use.series.tryMove(by: sign * amount)
        if let rejection { use.metric.reject(rejection) }
    }
}

/// Timers, in the unit of their metric.
///
/// The display unit that a timer prefers changes nothing: all series of a metric are in one unit, which is the second
/// unless the options say otherwise, and whoever displays them converts.
final class BridgedTimer: TimerHandler, BridgedHandler {
    private let use: SeriesUse
    private let nanosecondsPerUnit: Double

    init(_ use: consuming SeriesUse) {
        let unit = use.series.family.definition.unit ?? .seconds
        nanosecondsPerUnit = unit.factor(to: .nanoseconds) ?? 1e9
        self.use = use
    }

    func use<Result>(_ body: (borrowing SeriesUse) -> Result) -> Result { body(use) }

    func recordNanoseconds(_ duration: Int64) {
        guard use.isLive else { return }
        // The API turns NaN and every duration over 292 years into this value; they can't be told apart any more.
        guard duration < Int64.max else { return use.metric.reject(.overflow) }
        guard duration >= 0 else { return use.metric.reject(.negative) }
        // A division gives the nearest double, so that a duration equal to a boundary falls into that boundary's bucket.
        if let rejection = use.series.tryRecord(Double(duration) / nanosecondsPerUnit) {
            use.metric.reject(rejection)
        }
    }

    func preferDisplayUnit(_: TimeUnit) {}
}
