package import ConfigurationKeys
import Bytes
package import TelemetryMetrics

/// The `global` section: what applies to every metric.
package struct GlobalConfiguration: Sendable, Equatable {
    /// Put before every metric name but the service's own `heliograph_*` and `process_*`; may be empty.
    package var prefix = ""
    /// Constant labels on every series but those of the service itself, in file order, each name once.
    package var labels: [LabelSetting] = []
    /// How long what adds up shows a new series as zero, where no metric nor rule says otherwise; zero for never.
    package var initialZero = Duration.zero

    /// Which names metrics and labels may have.
    package var nameValidation = NameValidation.legacy

    /// No prefix, no labels, no initial zero.
    package init() {}
}

/// A name with a text: a constant label, a rule's label template, or a metadata condition.
package struct LabelSetting: Sendable, Hashable {
    /// The label's name, or the metadata key of a condition.
    package var name: String
    /// The value as written; in a rule it may hold `$1`.
    package var value: String

    /// A pair.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension GlobalConfiguration: KeyedSection {
    package static let keys: [Key<GlobalConfiguration>] = [
        // First, as it decides upon the names in the others.
        Key(
            "name-validation", \.nameValidation, .nameValidation, needsRestart: true,
            "Which names metrics and labels may have: those of `legacy`, into which others are changed, or any UTF-8, as `http.server.request.duration`, which is escaped for servers that take none."
        ),
        Key(
            "prefix", \.prefix, .prefix, needsRestart: true,
            "Put before every metric name but the service's own `heliograph_*` and `process_*`."),
        Key(
            "labels", \.labels, .labels, needsRestart: true,
            "Constant labels on every series but those of the service itself; none is `le` or `quantile`."),
        Key(
            "initial-zero", \.initialZero, .duration, needsRestart: true,
            "For how long counters, histograms and summaries show a new series as 0, so that `increase()` sees its first value; at least the scrape interval."
        ),
    ]

    package func finish(_ fields: SectionFields) -> Bool {
        fields.section.reading.prefix = prefix
        fields.section.reading.constantLabels = Set(labels.map(\.name))
        return true
    }
}

extension FileReading {
    /// Which names there may be.
    var nameValidation: NameValidation { takesAnyName ? .utf8 : .legacy }
}

extension ValueType<NameValidation> {
    /// A choice that names read after it have to keep to.
    fileprivate static var nameValidation: Self {
        let plain = Self.choice
        return Self(plain.name, placeholder: plain.placeholder, text: plain.text) { field in
            let names = plain.read(field)
            if let names { field.reading.takesAnyName = names == .utf8 }
            return names
        }
    }
}

extension ValueType<String> {
    /// The beginning of metric names, perhaps nothing; behind the prefix of all names, where that is read already.
    static var prefix: Self {
        Self("text", text: text.text) { field in
            let (outer, names) = (field.reading.prefix, field.reading.nameValidation)
            let type = text {
                let whole = outer + $0
                return NameMistake.of(metricName: whole, names) ?? NameMistake.of(prefix: whole)
            }
            return field.optional(type.read).map { $0 ?? "" }
        }
    }
}

extension ValueType<[LabelSetting]> {
    /// Label names with texts.
    static var labels: Self {
        Self("mapping", text: { _ in "{}" }) { $0.labels { _ in nil } }
    }
}

extension YAMLField {
    /// Label names with texts that `mistake` finds nothing wrong with; names of constant labels are taken.
    func labels(without mistake: (String) -> String?) -> [LabelSetting]? {
        entries()?.compactMap { name, key, value in
            key.checkLabel(name, reserved: LabelNames.ofExposition(nil))
            return value.text(without: mistake).map { LabelSetting(name, $0) }
        }
    }

    /// Reports what is wrong with the label name `name`, written here.
    func checkLabel(_ name: String, reserved: Set<String>) {
        if let mistake = NameMistake.of(labelName: name, reading.nameValidation) {
            fail(mistake)
        } else if reserved.contains(name) {
            fail("\(name.quoted) is the label that histograms or summaries need for themselves")
        } else if reading.constantLabels.contains(name) {
            fail("\(name.quoted) is in global.labels already")
        }
    }
}
