package import ConfigurationKeys
import Bytes
import TelemetryMetrics

extension MappingRule: KeyedSection {
    package static let keys: [Key<MappingRule>] = [
        // First, since name and labels refer to it.
        Key(
            "match", \.match, .text(without: mistake(inMatch:)), isRequired: true,
            "Segments between dots; `*` stands for exactly one whole segment."),
        Key(
            "name", \.name, ifWritten: .text, default: "the sent name", reader: { $1.name(in: $0) },
            "The metric's name; `$1` or `${1}` is what the first `*` took."),
        Key(
            "labels", \.labels, .labels,
            reader: { field, rule in
                field.labels { CaptureTemplate.mistake(in: $0, captures: rule.captures) }
            },
            "Labels added to the sent tags; values may hold `$1`."),
        Key(
            "type", \.type, ifWritten: .choice, default: "`histogram`", "What `ms`, `h` and `d` become."),
        Key(
            "buckets", \.buckets, ifWritten: .buckets, default: "`statsd.buckets`", of: .histogram,
            "Bucket bounds, or native buckets, as for `statsd.buckets`."),
        Key(
            "native", \.native, .nativeBesideBounds, default: "`statsd.native`", of: .histogram,
            "Native buckets beside those of `buckets`, as for metrics."),
        Key(
            "quantiles", \.quantiles, ifWritten: .quantiles, default: "`[0.5, 0.9, 0.99]`", of: .summary,
            "Between 0 and 1."),
        Key(
            "window", \.window, ifWritten: .positiveDuration, default: "`10m`", of: .summary,
            "How far back the quantiles look."),
        Key(
            "relative-error", \.relativeError, ifWritten: .relativeError, default: "`0.011`", of: .summary,
            "How far a quantile may be from the true value, relative to that."),
        Key("description", \.description, ifWritten: .text, "The HELP text."),
        Key(
            "unit", \.unit, ifWritten: .unit,
            "What the sent numbers are in, as for metrics; timers are milliseconds always."),
        Key(
            "drop", \.drop, .boolean,
            "Drops, and counts as dropped, what matches; excludes the keys that shape a metric."),
        Key(
            "series-limit", \.seriesLimit, ifWritten: .whole(atLeast: 1), default: "`statsd.series-limit`",
            "Series of each metric; past it one overflow series takes the rest."),
        Key(
            "expiry", \.expiry, ifWritten: .expiry, default: "`statsd.expiry`",
            "When a series that is no longer sent goes away."),
        Key(
            "initial-zero", \.initialZero, ifWritten: .duration, default: "`global.initial-zero`",
            "For how long a new series is shown as 0, whatever it counted; not for gauges and sets."),
        Key(
            "persistence", \.persistence, ifWritten: .choice, default: "`automatic`",
            "Whether the series [go on after a restart](#metrics-after-a-restart); `automatic` means `kept` here."
        ),
    ]

    package func finish(_ fields: SectionFields) -> Bool {
        let made = type ?? .histogram
        fields.refuse(Self.keys, notOf: made == .summary ? .summary : .histogram) { key, owner in
            let verb = key.hasSuffix("s") ? "belong" : "belongs"
            return "\(key) \(verb) to a \(owner.name); this rule makes a \(made.rawValue)"
        }
        guard drop else { return true }
        for key in Self.keys where !["match", "drop", "description"].contains(key.name) {
            fields[key.name]?.fail("has no effect, because this rule drops what it matches")
        }
        return true
    }

    /// How many texts its globs take; any number where the match is malformed, since that is reported already.
    private var captures: Int { match.isEmpty ? Int.max : segments.count { $0 == "*" } }

    private func name(in field: YAMLField) -> String? {
        field.text { name in
            let sample = CaptureTemplate.sample(of: name)
            return CaptureTemplate.mistake(in: name, captures: captures)
                ?? NameMistake.of(metricName: sample, field.reading.nameValidation)
                ?? NameMistake.of(
                    exposedNames: [field.reading.prefix + field.reading.sourcePrefix + sample])
        }
    }

    private static func mistake(inMatch match: String) -> String? {
        guard !match.isEmpty else { return "a match can't be empty" }
        for segment in match.split(separator: ".", omittingEmptySubsequences: false) {
            if segment.isEmpty { return "\(match.quoted) has an empty segment" }
            if segment != "*", segment.contains("*") {
                return "\(match.quoted) has a * that is not a whole segment; it matches from dot to dot"
            }
        }
        guard match.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f && !":|".utf8.contains($0) }) else {
            return "\(match.quoted) holds a space, : or |, which no name has"
        }
        return nil
    }
}

extension YAMLField {
    /// Rules of a source whose names have a prefix.
    func rules(below prefix: String) -> [MappingRule]? {
        reading.sourcePrefix = prefix
        return ValueType<[MappingRule]>.rules.read(self)
    }
}

extension ValueType<[MappingRule]> {
    /// Rules, each with a match of its own.
    static var rules: Self {
        let inner = KeyTable(
            "statsd.rules[]", "What StatsD names stand for; the first rule that matches wins.",
            MappingRule(match: ""))
        return Self("list", inner: inner, text: { _ in "[]" }) { field in
            guard let fields = field.list() else { return nil }
            var places: [String: String] = [:]
            return fields.compactMap { field in
                guard let rule = field.section(MappingRule(match: "")) else { return nil }
                if let first = places[rule.match] {
                    field.fail("\(first) has the same match and wins always")
                } else {
                    places[rule.match] = field.path
                }
                return rule
            }
        }
    }
}
