/// How a page is written: its format, and how names outside of the legacy character set stand on it.
package struct PageFormat: Sendable, Hashable {
    /// The format.
    package let format: ExpositionFormat
    /// How such names stand there.
    package let escaping: NameEscaping
    /// Whether it is called by the version of OpenMetrics' draft, the only one that older servers ask for; pages are the same.
    package let isDraft: Bool

    /// A format with names escaped as servers take them that do not say otherwise.
    package init(_ format: ExpositionFormat, _ escaping: NameEscaping = .underscores, isDraft: Bool = false) {
        self.format = format
        self.escaping = escaping
        self.isDraft = isDraft
    }

    /// The `Content-Type` of a response, which Prometheus 3 requires and Prometheus 2 only partly reads.
    ///
    /// It always names the escaping scheme, as client libraries do.
    package var contentType: String {
        let type =
            switch format {
            case .text: "text/plain; version=0.0.4; charset=utf-8"
            case .text1: "text/plain; version=1.0.0; charset=utf-8"
            case .openMetrics where isDraft: "application/openmetrics-text; version=0.0.1; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            case .protobuf:
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
            }
        return type + "; escaping=" + escaping.rawValue
    }

    /// The format to answer a request with this `Accept` header, text 0.0.4 when nothing else is acceptable.
    ///
    /// Each format takes its quality and its escaping from the most specific range that matches it (RFC 9110, 12.5.1), so a wildcard
    /// never outweighs a named format. Between equals the more specific, then the earlier range wins.
    package static func negotiate(accept: String?) -> PageFormat {
        guard let accept else { return PageFormat(.text) }
        let ranges = MediaRange.list(accept)
        var best: (offer: PageFormat, match: Match)?
        for offer in ExpositionFormat.allCases.map({ PageFormat($0) }) + [
            PageFormat(.openMetrics, isDraft: true)
        ] {
            guard let match = ranges.bestMatch(specificity: offer.specificity) else { continue }
            if let best, !match.outranks(best.match) { continue }
            best = (offer, match)
        }
        return best.map { PageFormat($0.offer.format, $0.match.escaping, isDraft: $0.offer.isDraft) }
            ?? PageFormat(.text)
    }

    /// How closely the range describes this format, nil where it doesn't match.
    private func specificity(of range: MediaRange) -> Int? {
        isDraft ? ExpositionFormat.draftSpecificity(of: range) : format.specificity(of: range)
    }
}

extension NameEscaping {
    /// What the range asks for; of several the first counts, and of none or an unknown one `underscores`.
    fileprivate init(_ range: MediaRange) {
        self = range.parameter("escaping").flatMap(NameEscaping.init) ?? .underscores
    }
}

/// How well an `Accept` header suits one format.
private struct Match {
    let quality: Double
    let escaping: NameEscaping
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
            best = Match(
                quality: range.quality, escaping: NameEscaping(range), specificity: level, position: position)
        }
        guard let best, best.quality > 0 else { return nil }
        return best
    }
}
