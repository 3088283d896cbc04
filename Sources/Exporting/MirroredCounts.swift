import Synchronization
import TelemetryMetrics

/// Shows counts that metrics keep of themselves as series of another metric; a series goes with the metric that it is of.
///
/// Thread-safe: a lock guards what is shown, and is held while that changes.
final class MirroredCounts: Sendable {
    private let family: Family
    private let shown = Mutex<[[String]: UInt64]>([:])

    /// Shows counts in `family`, a counter that nothing else fills.
    init(_ family: Family) { self.family = family }

    /// Shows these counts by the values of their labels, and no others any more.
    func show(_ counts: [[String]: UInt64]) {
        shown.withLock { shown in
            for (labels, count) in shown where counts[labels, default: 0] < count {
                // One that is lower is of another metric that took the name, and begins anew.
                _ = family.remove(labels: labels)
            }
            for (labels, count) in counts where shown[labels] != count {
                family.replace(with: Double(count), labels: labels)
            }
            shown = counts
        }
    }
}
