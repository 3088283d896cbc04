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

    /// How it is called in a label.
    package var cause: String {
        switch self {
        case .missingMeasurement: "missing_measurement"
        case .notFinite: "not_finite"
        case .negative: "negative"
        case .storeFull: "store_full"
        }
    }
}

/// Counts of rejections, by cause; any thread.
package final class RejectionCounts: Sendable {
    private let missingMeasurement = Atomic<UInt64>(0)
    private let notFinite = Atomic<UInt64>(0)
    private let negative = Atomic<UInt64>(0)
    private let storeFull = Atomic<UInt64>(0)

    /// Counts one.
    package func add(_ rejection: Rejection) {
        switch rejection {
        case .missingMeasurement: missingMeasurement.wrappingAdd(1, ordering: .relaxed)
        case .notFinite: notFinite.wrappingAdd(1, ordering: .relaxed)
        case .negative: negative.wrappingAdd(1, ordering: .relaxed)
        case .storeFull: storeFull.wrappingAdd(1, ordering: .relaxed)
        }
    }

    /// How many there were.
    package func count(of rejection: Rejection) -> UInt64 {
        switch rejection {
        case .missingMeasurement: missingMeasurement.load(ordering: .relaxed)
        case .notFinite: notFinite.load(ordering: .relaxed)
        case .negative: negative.load(ordering: .relaxed)
        case .storeFull: storeFull.load(ordering: .relaxed)
        }
    }
}
