import Bytes
import TelemetryMetrics

extension MetricConfiguration {
    /// The types as the file writes them.
    enum TypeName: String, CaseIterable {
        case counter, sum, gauge, summary, histogram
    }

    /// Reads the list; what is wrong is reported and left out.
    static func readAll(
        _ field: YAMLField, prefix: String, takenLabels: Set<String>
    ) -> [MetricConfiguration] {
        var conflicts = MetricConflicts(prefix: prefix)
        return (field.list() ?? []).compactMap { field in
            guard let metric = MetricConfiguration(reading: field, takenLabels: takenLabels) else {
                return nil
            }
            if let mistake = conflicts.add(metric, at: field.path) { field.fail(mistake) }
            return metric
        }
    }

    private init?(reading field: YAMLField, takenLabels: Set<String>) {
        guard let section = YAMLSection<MetricKey>(field) else { return nil }
        let source = Self.source(section)
        let shape = Self.shape(section)
        self.init(
            name: source?.name ?? "", event: source?.event ?? "", measurement: source?.measurement ?? "",
            shape: shape ?? .gauge)
        section.read(.description, into: &description) { $0.text().map(Optional.some) }
        section.read(.unit, into: &unit) { $0.unit().map(Optional.some) }
        section.read(.seriesLimit, into: &seriesLimit) { $0.whole(atLeast: 1) }
        section.read(.expiry, into: &expiry) { $0.expiry() }
        section.read(.labels, into: &labels) { Self.labels($0, of: shape, taken: takenLabels) }
        readFilter(section)
        if shape == .counter { section[.unit]?.fail("a counter counts events, which have no unit") }
        if source == nil || shape == nil { return nil }
    }

    private static func source(
        _ section: YAMLSection<MetricKey>
    ) -> (name: String, event: String, measurement: String)? {
        let name = section.required(.name)?.text(without: NameMistake.of(dottedName:))
        let event = section[.event]?.text(without: NameMistake.of(eventName:))
        let measurement = section[.measurement]?.text {
            $0.isEmpty ? "a measurement's name can't be empty" : nil
        }
        guard let name else { return nil }
        let segments = name.split(separator: ".")
        guard section[.event] != nil || segments.count > 1 else {
            return section[.name]?.failed(
                "\(name.quoted) has one segment; write event.measurement, or name the event by the key \"event\""
            )
        }
        let implied = segments.dropLast().joined(separator: ".")
        return (name, event ?? implied, measurement ?? String(segments.last ?? ""))
    }

    private static func labels(
        _ field: YAMLField, of shape: Shape?, taken: Set<String>
    ) -> [String]? {
        let reserved = LabelNames.ofExposition(shape?.kind ?? .gauge)
        var names: [String] = []
        var seen: Set<String> = []
        for field in field.list() ?? [] {
            guard let name = field.text() else { continue }
            field.checkLabel(name, reserved: reserved, taken: taken)
            if !seen.insert(name).inserted { field.fail("\(name.quoted) appears twice") }
            names.append(name)
        }
        return names
    }

    private mutating func readFilter(_ section: YAMLSection<MetricKey>) {
        let keep = section[.keep]?.conditions()
        let drop = section[.drop]?.conditions()
        if section[.keep] != nil, let field = section[.drop] {
            field.fail("keep and drop exclude each other; write one of them")
        }
        filter = keep.map(Filter.keep) ?? drop.map(Filter.drop)
    }
}

extension YAMLField {
    /// Metadata keys with the texts they have to equal, at least one.
    fileprivate func conditions() -> [LabelSetting]? {
        guard let entries = entries() else { return nil }
        guard !entries.isEmpty else { return failed("needs at least one metadata key with its value") }
        return entries.compactMap { name, key, value in
            if name.isEmpty { key.fail("a metadata key can't be empty") }
            return value.text().map { LabelSetting(name, $0) }
        }
    }
}
