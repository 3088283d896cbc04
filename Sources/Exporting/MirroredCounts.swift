import Synchronization
import TelemetryMetrics

/// Shows counts that metrics keep of themselves as series of another metric; a series goes with the metric that it is of.
///
/// The counts begin at zero with the process, and the series go on: they show what there was in processes before, and the counts.
/// Thread-safe: a lock guards what is shown, and is held while that changes.
final class MirroredCounts: Sendable {
    private let family: Family
    private let shown: Mutex<[[String]: Shown]>

    private struct Shown {
        /// Of processes before.
        let base: Double
        var count: UInt64 = 0
    }

    /// Shows counts in `family`, a counter that nothing else fills.
    init(_ family: Family) {
        self.family = family
        shown = Mutex(family.totals.mapValues { Shown(base: $0) })
    }

    /// Shows these counts by the values of their labels, and no others any more, but for those of processes before that belong to
    /// something that is still there.
    func show(_ counts: [[String]: UInt64], isThere: ([String]) -> Bool = { _ in true }) {
        shown.withLock { shown in
            for (labels, known) in shown where counts[labels, default: 0] < known.count || !isThere(labels) {
                // One that is lower is of another metric that took the name, and begins anew.
                _ = family.remove(labels: labels)
                shown[labels] = nil
            }
            for (labels, count) in counts where shown[labels]?.count != count {
                let base = shown[labels]?.base ?? 0
                family.replace(with: base + Double(count), labels: labels)
                shown[labels] = Shown(base: base, count: count)
            }
        }
    }
}
