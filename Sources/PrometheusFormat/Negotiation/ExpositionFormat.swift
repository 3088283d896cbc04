/// The formats a page of metrics can be written in; those of text can be read too.
package enum ExpositionFormat: Sendable, Hashable, CaseIterable {
    /// The Prometheus text format 0.0.4.
    case text
    /// The Prometheus text format 1.0.0, which can have names between quotes.
    case text1
    /// OpenMetrics 1.0.0.
    case openMetrics
    /// MetricFamily messages, each with its length before it: what a server asks for to get native histograms.
    case protobuf

    /// The format of a page that was served with this `Content-Type`, nil when it is none of them.
    package init?(contentType: String) {
        guard let type = MediaRange.list(contentType).first else { return nil }
        switch (type.type, type.subtype) {
        case ("text", "plain"): self = type.parameter("version") == "1.0.0" ? .text1 : .text
        case ("application", "openmetrics-text"): self = .openMetrics
        case ("application", "vnd.google.protobuf"): self = .protobuf
        default: return nil
        }
    }

    /// Whether it is a text format of Prometheus' own.
    var isText: Bool { self == .text || self == .text1 }

    /// How closely the range describes this format, nil where it doesn't match.
    func specificity(of range: MediaRange) -> Int? {
        switch self {
        case .text: Self.textSpecificity(of: range)
        case .text1: Self.text1Specificity(of: range)
        case .openMetrics: Self.openMetricsSpecificity(of: range)
        case .protobuf: Self.protobufSpecificity(of: range)
        }
    }

    /// Nobody gets protobuf who didn't name it with its encoding, so no wildcard matches.
    private static func protobufSpecificity(of range: MediaRange) -> Int? {
        guard (range.type, range.subtype) == ("application", "vnd.google.protobuf"),
            range.parameter("proto") == "io.prometheus.client.MetricFamily",
            range.parameter("encoding") == "delimited"
        else { return nil }
        return 3
    }

    private static func openMetricsSpecificity(of range: MediaRange) -> Int? {
        switch (range.type, range.subtype, range.parameter("version")) {
        case ("application", "openmetrics-text", "1.0.0"): 3
        case ("application", "openmetrics-text", nil): 2
        case ("application", "*", _): 1
        case ("*", "*", _): 0
        default: nil
        }
    }

    /// As `specificity(of:)`, for OpenMetrics by the name of its draft.
    static func draftSpecificity(of range: MediaRange) -> Int? {
        let isDraft = (range.type, range.subtype) == ("application", "openmetrics-text")
        return isDraft && range.parameter("version") == "0.0.1" ? 3 : nil
    }

    /// A server that reads names between quotes says so.
    private static func text1Specificity(of range: MediaRange) -> Int? {
        (range.type, range.subtype, range.parameter("version")) == ("text", "plain", "1.0.0") ? 3 : nil
    }

    private static func textSpecificity(of range: MediaRange) -> Int? {
        switch (range.type, range.subtype, range.parameter("version")) {
        case ("text", "plain", "0.0.4"): 3
        case ("text", "plain", nil): 2
        case ("text", "*", _): 1
        case ("*", "*", _): 0
        default: nil
        }
    }
}
