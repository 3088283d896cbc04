import TelemetryMetrics

/// The parts of a family's lines that are the same for all its series, ready to be copied.
struct FamilyText {
    /// The HELP, TYPE and UNIT lines.
    let head: [UInt8]
    /// What stands between a sample's name and the series' own labels.
    let constantLabels: [UInt8]
    private let name: String

    init(_ family: Family, constantLabels: [(name: String, value: String)], format: ExpositionFormat) {
        name = family.name
        head = Self.head(family, format: format)
        var labels: [UInt8] = []
        for (name, value) in family.isOwn ? [] : constantLabels {
            if !labels.isEmpty { labels.append(UInt8(ascii: ",")) }
            labels += "\(name)=\"".utf8
            Escaping.appendLabelValue(value, to: &labels)
            labels.append(UInt8(ascii: "\""))
        }
        self.constantLabels = labels
    }

    /// The name of the samples that end in `suffix`.
    func sample(_ suffix: String = "") -> [UInt8] { Array("\(name)\(suffix)".utf8) }

    private static func head(_ family: Family, format: ExpositionFormat) -> [UInt8] {
        let name = familyName(family, format: format)
        var head: [UInt8] = []
        func line(_ keyword: String, _ write: (inout [UInt8]) -> Void) {
            head += "# \(keyword) \(name) ".utf8
            write(&head)
            head.append(UInt8(ascii: "\n"))
        }
        let type = Array(typeName(family.definition).utf8)
        switch format {
        case .text:
            line("HELP") { Escaping.appendHelp(family.definition.help, format: format, to: &$0) }
            line("TYPE") { $0 += type }
        case .openMetrics:
            line("TYPE") { $0 += type }
            if let unit = unit(family.definition, name: name) { line("UNIT") { $0 += unit.utf8 } }
            line("HELP") { Escaping.appendHelp(family.definition.help, format: format, to: &$0) }
        }
        return head
    }

    /// In OpenMetrics the family of a counter has the name without `_total`.
    private static func familyName(_ family: Family, format: ExpositionFormat) -> String {
        guard format == .openMetrics, family.definition.isCounter else { return family.name }
        return String(family.name.dropLast("_total".utf8.count))
    }

    private static func typeName(_ definition: MetricDefinition) -> String {
        switch definition.kind {
        case .counter: "counter"
        case .sum: definition.isMonotonic ? "counter" : "gauge"
        case .gauge: "gauge"
        case .summary: "summary"
        case .histogram: "histogram"
        }
    }

    /// OpenMetrics wants the unit at the end of the family's name; where it isn't there, there is no UNIT line.
    private static func unit(_ definition: MetricDefinition, name: String) -> String? {
        let units = definition.unit.map { [$0.suffix] } ?? ["seconds", "bytes"]
        return units.first { name.hasSuffix("_\($0)") }
    }
}
