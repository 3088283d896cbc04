import Logging
import Synchronization
import TelemetryMetrics

/// Says in the log which metrics of the application don't take what they are given, once for each metric and cause.
///
/// Thread-safe.
final class RejectionLog: Sendable {
    private struct Said {
        var total: UInt64 = 0
        var causes: [String: Set<Rejection>] = [:]
    }

    private let said = Mutex(Said())

    /// Says what is new in `store`.
    func sayNews(of store: MetricStore, to logger: Logger) {
        let total = RejectionCounts.total
        let isNew = said.withLock { said in
            defer { said.total = total }
            return said.total != total
        }
        guard isNew else { return }
        for family in store.families where family.isApplications {
            for rejection in Rejection.allCases where family.rejections.count(of: rejection) > 0 {
                guard let reason = rejection.reason, isFirst(rejection, of: family.name) else { continue }
                logger.warning(
                    "A metric did not take what it was given: \(reason)",
                    metadata: ["metric": "\(family.name)", "cause": "\(rejection.cause.rawValue)"])
            }
        }
    }

    private func isFirst(_ rejection: Rejection, of metric: String) -> Bool {
        said.withLock { $0.causes[metric, default: []].insert(rejection).inserted }
    }
}

extension Rejection {
    /// What was wrong; nil where something else says so.
    var reason: String? {
        switch self {
        case .missingMeasurement:
            "its event had no such measurement; say ignoringMissing() where that is right"
        case .notFinite: "the value was no finite number"
        case .negative: "a total that only grows was to shrink"
        case .wrongKind: "it was updated as another kind of metric, or in a unit that can't be converted"
        case .wrongLabels:
            "the number of label values was another one than that of its labels (an amount is said by increment(by:))"
        case .overflow: "the value, or its sum, is too large for a number"
        case .storeFull, .failed: nil
        }
    }
}
