import TelemetryMetrics

/// The series that the samples of one name are recorded in: an object, as samples of each line refer to it.
final class WireSeries: Sendable {
    let family: Family
    /// As in `WireMetric`.
    let labels: [(name: String, value: String)]
    let factor: Double

    init(_ family: Family, _ metric: WireMetric) {
        self.family = family
        labels = metric.labels
        factor = metric.factor
    }
}

/// What one name and kind stand for.
enum WireEntry: Sendable {
    case metric(WireSeries)
    case dropped(RejectionCause)
}

/// What a recorder knows of a number, without a reference that would be counted; to be used within a frame.
enum RecorderEntry: Sendable {
    /// No name had the number when it was read.
    case unknown
    /// Kept by the registry until no frame is left that may have read it.
    case metric(UncountedReference<WireSeries>)
    case dropped(RejectionCause)

    init(_ entry: WireEntry?) {
        self =
            switch entry {
            case nil: .unknown
            case .metric(let series): .metric(UncountedReference(series))
            case .dropped(let cause): .dropped(cause)
            }
    }

    var isUnknown: Bool {
        if case .unknown = self { true } else { false }
    }
}
