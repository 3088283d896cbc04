import TelemetryMetrics

extension GlobalConfiguration {
    /// Reads the section; what is wrong is reported and keeps its default.
    init(reading field: YAMLField) {
        self.init()
        guard let section = YAMLSection<GlobalKey>(field) else { return }
        section.read(.prefix, into: &prefix) { field in
            field.optional { $0.text(without: Self.mistake(inPrefix:)) }.map { $0 ?? "" }
        }
        section.read(.labels, into: &labels) { $0.labels(reserved: LabelNames.ofExposition(nil)) }
    }

    private static func mistake(inPrefix prefix: String) -> String? {
        NameMistake.of(metricName: prefix) ?? NameMistake.of(prefix: prefix)
    }
}
