public import TelemetryMetrics

/// Why a bridge can't be made.
public enum MetricsBridgeError: Error, Equatable, CustomStringConvertible {
    /// Boundaries must be finite and ascending, and from one to 4000; the label is nil for those of all labels.
    case badBuckets([Double], label: String?)
    /// A growth factor must be above 1, a bucket limit from 1 to 1000, thresholds finite, a reset time positive.
    case badNativeBuckets(NativeBuckets, label: String?)
    /// Not a name that Prometheus takes: letters, digits, `_` and `:`, no digit first.
    case badName(String, label: String)
    /// The name ends in one unit, and the values are exposed in another one.
    case unitOfName(MetricUnit, exposed: MetricUnit, label: String)
    /// Of labels with the same name, one could be exposed.
    case sharedName(String, labels: [String])
    /// An empty label is never exposed.
    case emptyLabel
    /// A timer measures time.
    case timerInUnit(MetricUnit, label: String)
    /// Only recorders and timers have buckets.
    case bucketsOfKind(MetricsBridge.LabelKind, label: String)
    /// A limit must be positive.
    case badLimit(Int)
    /// An expiry must be positive.
    case badExpiry(Duration)
    /// The exporter has a bridge, which is to be used everywhere.
    case alreadyBridged
    /// More than one of these.
    case several([MetricsBridgeError])

    /// One sentence, or one line for each of several errors.
    public var description: String {
        switch self {
        case .badBuckets(let boundaries, let label):
            boundaries.count > 4000
                ? "The \(boundaries.count) bucket boundaries of \(Self.owner(label)) are more than 4000."
                : "The bucket boundaries \(boundaries) of \(Self.owner(label)) are not finite numbers in ascending order."
        case .badNativeBuckets(let buckets, let label):
            "The native buckets \(buckets) of \(Self.owner(label)) need a growth factor above 1, "
                + "a limit from 1 to 1000, and finite thresholds."
        case .badName(let name, let label):
            "The name \"\(name)\" of \(Self.owner(label)) takes letters, digits, '_' and ':', and no digit first."
        case .unitOfName(let named, let exposed, let label):
            "The name of \(Self.owner(label)) ends in \(named.suffix), but its values are shown in \(exposed.suffix)."
        case .sharedName(let name, let labels):
            "The name \(name) is given to several labels: \(labels.joined(separator: ", "))."
        case .emptyLabel:
            "An empty label is never exposed, so options for it have no effect."
        case .timerInUnit(let unit, let label):
            "\(Self.owner(label, "The")) is a timer and can't be in \(unit.suffix)."
        case .bucketsOfKind(let kind, let label):
            "\(Self.owner(label, "The")) is a \(kind.rawValue) and has no buckets."
        case .badLimit(let limit):
            "The limit \(limit) of the swift-metrics bridge is not positive."
        case .badExpiry(let expiry):
            "The expiry of \(expiry) of the swift-metrics bridge is not positive."
        case .alreadyBridged:
            "The exporter has a metrics factory already; use that one."
        case .several(let errors):
            errors.map(\.description).joined(separator: "\n")
        }
    }

    private static func owner(_ label: String?, _ article: String = "the") -> String {
        label.map { "\(article) label \"\($0)\"" } ?? "all labels"
    }
}
