/// The formats a page of metrics can be written in; those of text can be read too.
package enum ExpositionFormat: Sendable, Hashable, CaseIterable {
    /// The Prometheus text format 0.0.4.
    case text
    /// OpenMetrics 1.0.0.
    case openMetrics
    /// MetricFamily messages, each with its length before it: what a server asks for to get native histograms.
    case protobuf

    /// The `Content-Type` of a response, which Prometheus 3 requires and Prometheus 2 only partly reads.
    ///
    /// It always names the escaping scheme, as client libraries do: every name written here is one that
    /// `underscores` leaves alone.
    package var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
        case .protobuf:
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; "
                + "escaping=underscores"
        }
    }

    /// The format of a page that was served with this `Content-Type`, nil when it is none of them.
    package init?(contentType: String) {
        guard let type = MediaRange.list(contentType).first else { return nil }
        switch (type.type, type.subtype) {
        case ("text", "plain"): self = .text
        case ("application", "openmetrics-text"): self = .openMetrics
        case ("application", "vnd.google.protobuf"): self = .protobuf
        default: return nil
        }
    }

    /// The format to answer a request with this `Accept` header, text 0.0.4 when nothing else is acceptable.
    ///
    /// Each format takes its quality from the most specific range that matches it (RFC 9110, 12.5.1), so a
    /// wildcard never outweighs a named format. Between equals the more specific, then the earlier range wins.
    package static func negotiate(accept: String?) -> ExpositionFormat {
        guard let accept else { return .text }
        let ranges = MediaRange.list(accept)
        var best: (format: ExpositionFormat, match: Match)?
        for format in allCases {
            guard let match = ranges.bestMatch(specificity: format.specificity) else { continue }
            if let best, !match.outranks(best.match) { continue }
            best = (format, match)
        }
        return best?.format ?? .text
    }

    /// How closely the range describes this format, nil where it doesn't match.
    private func specificity(of range: MediaRange) -> Int? {
        switch self {
        case .text: Self.textSpecificity(of: range)
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

    /// OpenMetrics without a version means 0.0.1, which isn't written here.
    private static func openMetricsSpecificity(of range: MediaRange) -> Int? {
        switch (range.type, range.subtype) {
        case ("application", "openmetrics-text"): range.parameter("version") == "1.0.0" ? 3 : nil
        case ("application", "*"): 1
        case ("*", "*"): 0
        default: nil
        }
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

/// How well an `Accept` header suits one format.
private struct Match {
    let quality: Double
    let specificity: Int
    let position: Int

    /// Whether this match beats the other; two matches of one wildcard are equal, and neither beats.
    func outranks(_ other: Match) -> Bool {
        guard quality == other.quality else { return quality > other.quality }
        guard specificity == other.specificity else { return specificity > other.specificity }
        return position < other.position
    }
}

extension [MediaRange] {
    /// The most specific match, the earliest of several, or nil when there is none or it is refused by `q=0`.
    fileprivate func bestMatch(specificity: (MediaRange) -> Int?) -> Match? {
        var best: Match?
        for (position, range) in enumerated() {
            guard let level = specificity(range) else { continue }
            if let known = best, known.specificity >= level { continue }
            best = Match(quality: range.quality, specificity: level, position: position)
        }
        guard let best, best.quality > 0 else { return nil }
        return best
    }
}
