package import ConfigurationKeys
import Bytes
import TelemetryMetrics

extension MetricConfiguration: KeyedSection {
    package static let keys: [Key<MetricConfiguration>] = [
        Key(
            "name", \.definition.name, .dottedName, isRequired: true,
            "Segments between dots: the event's name and, last, the measurement."),
        Key(
            "event", \.event, .text(without: NameMistake.of(eventName:)), default: "from `name`",
            "The event's name, where `name` doesn't say it."),
        Key(
            "measurement", \.measurement,
            .text { $0.isEmpty ? "a measurement's name can't be empty" : nil }, default: "from `name`",
            "The measurement's name; a counter counts events and reads none."),
        Key("type", \.definition.kind, .choice, isRequired: true, "The type of the metric."),
        Key("description", \.definition.help, .text, default: "names the event", "The HELP text."),
        Key(
            "unit", \.unit, ifWritten: .unit,
            "What the measurement is in; exposed in seconds or bytes. Not for counters."),
        Key(
            "labels", \.definition.labels, .labelNames, reader: { $0.labelNames(of: $1.definition.kind) },
            "Metadata keys that become labels."),
        Key(
            "seeds", \.definition.seeds, .seeds, reader: { $0.seeds(of: $1.definition.labels) },
            "Label sets, each a mapping of all labels, whose series exist at zero before their first event."),
        Key(
            "buckets", \.definition.buckets, .buckets, of: .histogram,
            "Bucket bounds in the exposed unit, finite and strictly ascending; or native buckets."),
        Key(
            "native", \.definition.buckets.nativeBesideBoundaries, .nativeBesideBounds, default: "none",
            of: .histogram, "Native buckets beside those of `buckets`: text shows these, protobuf both."),
        Key(
            "exemplars", \.definition.keepsExemplars, .boolean, of: .histogram,
            "Whether observations within a sampled trace are kept as exemplars."),
        Key("quantiles", \.definition.quantiles, .quantiles, of: .summary, "Between 0 and 1."),
        Key(
            "window", \.definition.window, .positiveDuration, of: .summary,
            "How far back the quantiles look."),
        Key(
            "relative-error", \.definition.relativeError, .relativeError, of: .summary,
            "How far a quantile may be from the true value, relative to that."),
        Key(
            "monotonic", \.definition.isMonotonic, .boolean, of: .sum,
            "`false` accepts negative numbers and exposes a gauge."),
        Key(
            "series-limit", \.definition.seriesLimit, .whole(atLeast: 1),
            "Series; past it one overflow series takes the rest."),
        Key(
            "expiry", \.expiry, .expiry, "When a series that is no longer updated goes away."),
        Key(
            "initial-zero", \.definition.initialZero, ifWritten: .duration,
            default: "`global.initial-zero`",
            "For how long a new series is shown as 0, whatever it counted; not for gauges."),
        Key(
            "persistence", \.definition.persistence, .choice,
            "Whether the series [go on after a restart](#metrics-after-a-restart); `automatic` means `kept` here."
        ),
        Key(
            "keep", \.filter, ifWritten: .conditions(Filter.keep), default: "all events",
            "Counts only events whose metadata equals all these pairs."),
        Key(
            "drop", \.filter, ifWritten: .conditions(Filter.drop), default: "no events",
            "Leaves out events whose metadata equals all these pairs; not together with `keep`."),
    ]

    private var unit: MetricUnit? {
        get { definition.measuredUnit }
        set {
            definition.measuredUnit = newValue
            definition.unit = newValue?.base
        }
    }

    private var expiry: ExpirySetting {
        get { definition.expiry.map(ExpirySetting.init) ?? .never }
        set { definition.expiry = newValue.duration }
    }

    package mutating func finish(_ fields: SectionFields) -> Bool {
        if fields.has("type") { refuseForeignKeys(fields) }
        if fields["keep"] != nil {
            fields["drop"]?.fail("keep and drop exclude each other; write one of them")
        }
        return fields.has("name") && takeNames(fields)
    }

    private func refuseForeignKeys(_ fields: SectionFields) {
        let kind = definition.kind
        if definition.buckets.boundaries.isEmpty, fields["buckets"] != nil {
            fields["native"]?.fail("the key \"buckets\" has native buckets already; write bounds there")
        }
        fields.refuse(Self.keys, notOf: KeyOwner(kind)) { _, owner in
            "belongs to a \(owner.name), but this metric is a \(kind.rawValue)"
        }
        if !definition.isCumulative {
            fields["initial-zero"]?.fail("a gauge is its last value, which nothing is added up to")
        }
        if kind == .counter { fields["unit"]?.fail("a counter counts events, which have no unit") }
    }

    /// Takes from the dotted name what no other key says.
    private mutating func takeNames(_ fields: SectionFields) -> Bool {
        let name = definition.name
        let segments = name.split(separator: ".")
        guard fields["event"] != nil || segments.count > 1 else {
            fields["name"]?.fail(
                "\(name.quoted) has one segment; write event.measurement, or name the event by the key \"event\""
            )
            return false
        }
        if !fields.has("event") { event = segments.dropLast().joined(separator: ".") }
        if !fields.has("measurement") { measurement = String(segments.last ?? "") }
        if fields["description"] == nil { definition.help = "Event \(event), \(measurement)." }
        if let named = definition.contradictingUnit, let unit = definition.unit {
            fields["unit"]?.fail(
                "the name ends in \(named.suffix), but its values are shown in \(unit.suffix)")
            return false
        }
        definition.name = fields.section.reading.nameValidation.exposed(
            name, unitSuffix: definition.unit?.suffix, isCumulative: definition.isCounter)
        return true
    }
}

extension ValueType<[MetricConfiguration]> {
    /// Metrics that can stand on one page.
    static var metrics: Self {
        let inner = KeyTable("metrics[]", "The metrics made from JSON events.", MetricConfiguration())
        return Self("list", inner: inner, text: { _ in "[]" }) { field in
            guard let fields = field.list() else { return nil }
            var conflicts = MetricConflicts(prefix: field.reading.prefix + field.reading.eventsPrefix)
            return fields.compactMap { field in
                guard let metric = field.section(MetricConfiguration()) else { return nil }
                if let mistake = conflicts.add(metric, at: field.path) { field.fail(mistake) }
                return metric
            }
        }
    }
}

extension ValueType<MetricConfiguration.Filter> {
    /// Metadata keys with the texts they have to equal, at least one.
    static func conditions(_ filter: @escaping @Sendable ([LabelSetting]) -> Value) -> Self {
        Self("mapping") { field in
            guard let entries = field.entries() else { return nil }
            guard !entries.isEmpty else {
                return field.failed("needs at least one metadata key with its value")
            }
            return filter(
                entries.compactMap { name, key, value in
                    if name.isEmpty { key.fail("a metadata key can't be empty") }
                    return value.text().map { LabelSetting(name, $0) }
                })
        }
    }
}

extension ValueType<String> {
    fileprivate static var dottedName: Self {
        Self("text", text: text.text) { field in
            let names = field.reading.nameValidation
            return field.text { NameMistake.of(dottedName: $0, names) }
        }
    }
}

extension ValueType<[String]> {
    fileprivate static var labelNames: Self {
        Self("list of names", text: { _ in "[]" }) { $0.labelNames(of: nil) }
    }
}

extension ValueType<[[String]]> {
    fileprivate static var seeds: Self {
        Self("list of mappings", text: { _ in "[]" }) { $0.seeds(of: []) }
    }
}

extension YAMLField {
    /// Names of labels that metrics of `kind` can have, each once.
    fileprivate func labelNames(of kind: MetricKind?) -> [String]? {
        guard let fields = list() else { return nil }
        let reserved = LabelNames.ofExposition(kind)
        var names: [String] = []
        var seen: Set<String> = []
        for field in fields {
            guard let name = field.text() else { continue }
            field.checkLabel(name, reserved: reserved)
            if !seen.insert(name).inserted { field.fail("\(name.quoted) appears twice") }
            names.append(name)
        }
        return names
    }

    /// Label sets, each with a value for all of `labels`, in their order.
    fileprivate func seeds(of labels: [String]) -> [[String]]? {
        list()?.compactMap { field in
            guard let entries = field.entries() else { return nil }
            var values: [String: String] = [:]
            for (name, key, value) in entries {
                if labels.contains(name) {
                    values[name] = value.text()
                } else {
                    key.fail(
                        "\(name.quoted) is no label of this metric\(Suggestion.hint(name, among: labels))")
                }
            }
            for label in labels where !entries.contains(where: { $0.name == label }) {
                field.fail("the label \(label.quoted) is missing")
            }
            return labels.map { values[$0] ?? "" }
        }
    }
}
