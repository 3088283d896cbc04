/// The metric types of both formats, in OpenMetrics' words.
package enum ExpositionType: String, Sendable, Hashable, CaseIterable {
    case counter, gauge, histogram, summary, info, stateset, gaugehistogram
    /// What the text format calls `untyped`.
    case unknown

    /// The type named in a TYPE line, nil when the format has no such type.
    init?(keyword: String, format: ExpositionFormat) {
        guard format.isText else {
            self.init(rawValue: keyword)
            return
        }
        switch keyword {
        case "untyped": self = .unknown
        case "counter", "gauge", "histogram", "summary": self.init(rawValue: keyword)
        default: return nil
        }
    }

    /// What may follow the family's name in an OpenMetrics sample of this type.
    var sampleSuffixes: [String] {
        switch self {
        case .counter: ["_total", "_created"]
        case .gauge, .stateset, .unknown: [""]
        case .histogram: ["_bucket", "_count", "_sum", "_created"]
        case .summary: ["", "_count", "_sum", "_created"]
        case .info: ["_info"]
        case .gaugehistogram: ["_bucket", "_gcount", "_gsum"]
        }
    }

    /// Whether samples of this type are buckets with an `le` label.
    var hasBuckets: Bool {
        self == .histogram || self == .gaugehistogram
    }
}
