import Synchronization

/// Why a measurement was not counted.
package enum Rejection: Int, CaseIterable, Sendable {
    /// The payload had none.
    case missingMeasurement
    /// It was not a number, or infinite.
    case notFinite
    /// A total that only grows was to shrink.
    case negative
    /// There is no memory for another series.
    case storeFull
    /// The metric was switched off, as its measurement or its filter threw.
    case failed
    /// A held series was updated as one of another kind.
    case wrongKind
    /// It came with another number of labels than the metric has.
    case wrongLabels
    /// It would have made a sum infinite, became infinite in the metric's unit, or is longer than a duration can be.
    case overflow

    /// What it is called in the catalogue.
    package var cause: RejectionCause {
        switch self {
        case .missingMeasurement: .missingMeasurement
        case .notFinite: .notFinite
        case .negative: .negative
        case .storeFull: .storeFull
        case .failed: .metricFailed
        case .wrongKind: .wrongKind
        case .wrongLabels: .wrongLabels
        case .overflow: .overflow
        }
    }
}

/// Counts of rejections, by cause; any thread.
package final class RejectionCounts: Sendable {
    private struct Count: ~Copyable, Sendable {
        let value = Atomic<UInt64>(0)
    }

    private let missingMeasurement = Count()
    private let notFinite = Count()
    private let negative = Count()
    private let storeFull = Count()
    private let failed = Count()
    private let wrongKind = Count()
    private let wrongLabels = Count()
    private let overflow = Count()

    /// How many rejections there were of all metrics of the process: as long as it stays, no count changes.
    package static var total: UInt64 { sum.value.load(ordering: .acquiring) }
    private static let sum = Count()

    /// Counts one.
    package func add(_ rejection: Rejection) {
        with(rejection) { _ = $0.value.wrappingAdd(1, ordering: .relaxed) }
        // Last, so that who sees it sees the count.
        Self.sum.value.wrappingAdd(1, ordering: .releasing)
    }

    /// How many there were.
    package func count(of rejection: Rejection) -> UInt64 {
        with(rejection) { $0.value.load(ordering: .relaxed) }
    }

    private func with<Result>(_ rejection: Rejection, _ body: (borrowing Count) -> Result) -> Result {
        switch rejection {
        case .missingMeasurement: body(missingMeasurement)
        case .notFinite: body(notFinite)
        case .negative: body(negative)
        case .storeFull: body(storeFull)
        case .failed: body(failed)
        case .wrongKind: body(wrongKind)
        case .wrongLabels: body(wrongLabels)
        case .overflow: body(overflow)
        }
    }
}
