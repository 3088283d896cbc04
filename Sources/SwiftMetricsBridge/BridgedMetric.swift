import Synchronization
import Telemetry
import TelemetryMetrics

/// One label's metric, whose series come and go with the handlers on them.
///
/// Thread-safe; the lock is held while a handler comes or goes, never while one records.
final class BridgedMetric: Sendable {
    let family: Family
    private let rules: DimensionRules
    private let orders = Mutex<[DimensionOrder]>([])
    private static let mostOrders = 8

    init(_ family: Family, constantLabels: [String]) {
        self.family = family
        rules = DimensionRules(constantLabels: constantLabels, kind: family.definition.kind)
    }

    /// The use of the series of the dimensions, made where there is none.
    ///
    /// - Throws: `storeFull` where there is no memory for it.
    func use(_ dimensions: [(String, String)]) throws(BridgeRejection) -> SeriesUse {
        let series = orders.withLock { orders in
            let order = order(of: dimensions, among: &orders)
            return LabelWriter.withText({ order.write(dimensions, to: &$0) }, { family.hold($0) })
        }
        guard let series else { throw .storeFull }
        return SeriesUse(of: series, metric: self)
    }

    /// The newest orders are kept, the one found last first.
    private func order(
        of dimensions: [(String, String)], among orders: inout [DimensionOrder]
    ) -> DimensionOrder {
        if let place = orders.firstIndex(where: { $0.fits(dimensions) }) {
            orders.swapAt(0, place)
        } else {
            if orders.count == Self.mostOrders { orders.removeLast() }
            orders.insert(DimensionOrder(of: dimensions, rules: rules), at: 0)
        }
        return orders[0]
    }

    /// Ends the series where nobody else uses it.
    func end(_ series: SeriesHandle) {
        orders.withLock { _ in series.end() }
    }

    /// Gives back the series, ended or not.
    func release(_ series: SeriesHandle, wasEnded: Bool) {
        orders.withLock { _ in series.release(wasEnded: wasEnded) }
    }
}

/// One handler's use of a series, until it is destroyed or goes.
///
/// Its memory stays for as long as the handler does, so that one that records after it was destroyed does no harm.
struct SeriesUse: ~Copyable, Sendable {
    let series: SeriesHandle
    private let metric: BridgedMetric
    private let isEnded = Atomic<Bool>(false)

    init(of series: SeriesHandle, metric: BridgedMetric) {
        self.series = series
        self.metric = metric
    }

    deinit { metric.release(series, wasEnded: isEnded.load(ordering: .relaxed)) }

    /// Whether what is recorded counts.
    ///
    /// Relaxed, since recording and destroying at the same time are in no order anyway.
    var isLive: Bool { !isEnded.load(ordering: .relaxed) }

    /// Has the series removed where this was its last use; a second call does nothing.
    func end() {
        guard !isEnded.exchange(true, ordering: .relaxed) else { return }
        metric.end(series)
    }
}
