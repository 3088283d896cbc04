/// Why a bridge can't be made.
public enum MetricsBridgeError: Error, Equatable, CustomStringConvertible {
    /// Boundaries must be finite and ascending, and at least one; the label is nil for those of all labels.
    case badBuckets([Double], label: String?)
    /// A limit must be positive.
    case badLimit(Int)
    /// The exporter has a bridge, which is to be used everywhere.
    case alreadyBridged

    /// One sentence.
    public var description: String {
        switch self {
        case .badBuckets(let boundaries, let label):
            "The bucket boundaries \(boundaries) of \(label.map { "the label \"\($0)\"" } ?? "all labels") "
                + "are not finite numbers in ascending order."
        case .badLimit(let limit):
            "The limit \(limit) of the swift-metrics bridge is not positive."
        case .alreadyBridged:
            "The exporter has a metrics factory already; use that one."
        }
    }
}
