extension GlobalConfiguration {
    /// Reads the section; what is wrong is reported and keeps its default.
    init(reading field: YAMLField) {
        self.init()
        guard let section = YAMLSection<GlobalKey>(field) else { return }
        section.read(.prefix, into: &prefix) { field in
            field.optional { $0.text(without: Self.mistake(inPrefix:)) }.map { $0 ?? "" }
        }
        section.read(.labels, into: &labels) { $0.labels(reserved: ["le", "quantile"]) }
    }

    private static func mistake(inPrefix prefix: String) -> String? {
        if let mistake = PrometheusName.mistake(inMetricName: prefix) { return mistake }
        guard PrometheusName.mistake(inExposedName: prefix) == nil else {
            return "\(prefix.quoted) is not free; heliograph_ and process_ are for the service's own metrics"
        }
        return nil
    }
}
