import CoreMetrics
import TelemetryMetrics

/// Takes the place of any handler that can't be made, and counts what is lost.
final class RejectedHandler: CounterHandler, FloatingPointCounterHandler, RecorderHandler, MeterHandler,
    TimerHandler
{
    private let rejected: SeriesHandle?

    /// Counts updates in `rejected`.
    init(_ rejected: SeriesHandle?) { self.rejected = rejected }

    func increment(by _: Int64) { rejected?.increment() }
    func increment(by _: Double) { rejected?.increment() }
    func decrement(by _: Double) { rejected?.increment() }
    func reset() {}
    func record(_: Int64) { rejected?.increment() }
    func record(_: Double) { rejected?.increment() }
    func set(_: Int64) { rejected?.increment() }
    func set(_: Double) { rejected?.increment() }
    func recordNanoseconds(_: Int64) { rejected?.increment() }
}

/// The handler for each cause.
struct RejectedHandlers: Sendable {
    /// Why a label or its dimensions can have no series.
    private static let causes: [RejectionCause] = [
        .nameConflict, .reservedName, .badName, .labelLimit, .memoryLimit, .samplesLimit, .storeFull,
    ]

    private let handlers: [RejectionCause: RejectedHandler]

    /// Counts in `metric`, by cause.
    init(counting metric: Family) {
        handlers = Dictionary(
            uniqueKeysWithValues: Self.causes.map { cause in
                (cause, RejectedHandler(metric.handle(labels: [cause.rawValue])))
            })
    }

    /// The handler that counts updates lost for that cause.
    subscript(cause: RejectionCause) -> RejectedHandler {
        handlers[cause] ?? RejectedHandler(nil)
    }
}
