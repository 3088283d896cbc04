import Bytes
import TelemetryMetrics

extension StatsDRule {
    /// Reads a rule; nil, reported, if it has no usable match.
    init?(reading field: YAMLField, prefix: String, takenLabels: Set<String>) {
        guard let section = YAMLSection<RuleKey>(field) else { return nil }
        let match = section.required(.match)?.text(without: Self.mistake(inMatch:))
        self.init(match: match ?? "")
        readName(section, prefix: prefix, isMatchKnown: match != nil)
        readLabels(section, taken: takenLabels, isMatchKnown: match != nil)
        section.read(.type, into: &type) { $0.choice(Distribution.self).map(Optional.some) }
        section.read(.buckets, into: &buckets) { $0.buckets().map(Optional.some) }
        section.read(.description, into: &description) { $0.text().map(Optional.some) }
        section.read(.unit, into: &unit) { $0.unit().map(Optional.some) }
        section.read(.drop, into: &drop) { $0.boolean() }
        section.read(.expiry, into: &expiry) { $0.expiry().map(Optional.some) }
        checkCombination(section)
        if match == nil { return nil }
    }

    private var globs: Int { segments.count { $0 == "*" } }

    private static func mistake(inMatch match: String) -> String? {
        guard !match.isEmpty else { return "a match can't be empty" }
        for segment in match.split(separator: ".", omittingEmptySubsequences: false) {
            if segment.isEmpty { return "\(match.quoted) has an empty segment" }
            if segment != "*", segment.contains("*") {
                return "\(match.quoted) has a * that is not a whole segment; it matches from dot to dot"
            }
        }
        guard match.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f && !":|".utf8.contains($0) }) else {
            return "\(match.quoted) holds a space, : or |, which no StatsD name has"
        }
        return nil
    }

    private mutating func readName(_ section: YAMLSection<RuleKey>, prefix: String, isMatchKnown: Bool) {
        guard let field = section[.name], let name = field.text() else { return }
        self.name = name
        let globs = isMatchKnown ? globs : Int.max
        let sample = CaptureTemplate.sample(of: name)
        let mistake =
            CaptureTemplate.mistake(in: name, captures: globs)
            ?? NameMistake.of(metricName: sample)
            ?? NameMistake.of(exposedNames: [prefix + sample])
        if let mistake { field.fail(mistake) }
    }

    private mutating func readLabels(
        _ section: YAMLSection<RuleKey>, taken: Set<String>, isMatchKnown: Bool
    ) {
        let globs = isMatchKnown ? globs : Int.max
        section.read(.labels, into: &labels) { field in
            field.labels(reserved: LabelNames.ofExposition(nil), taken: taken) {
                CaptureTemplate.mistake(in: $0, captures: globs)
            }
        }
    }

    private func checkCombination(_ section: YAMLSection<RuleKey>) {
        if type == .summary {
            section[.buckets]?.fail("buckets belong to a histogram; this rule makes a summary")
        }
        guard drop else { return }
        for key in RuleKey.allCases where ![.match, .drop, .description].contains(key) {
            section[key]?.fail("has no effect, because this rule drops what it matches")
        }
    }
}
