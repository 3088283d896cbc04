import TelemetryMetrics

/// The parts of a family's lines that are the same for all its series, ready to be copied.
struct FamilyText {
    /// The HELP, TYPE and UNIT lines.
    let head: [UInt8]
    /// What stands between a sample's name and the series' own labels.
    let constantLabels: [UInt8]
    private let name: String
    private let baseName: String

    init(_ family: Family, constantLabels: [(name: String, value: String)], format: ExpositionFormat) {
        name = family.name
        baseName = family.baseName
        head = format == .openMetrics ? Self.openMetricsHead(family) : Self.textHead(family)
        var labels: [UInt8] = []
        for (name, value) in family.isInternal ? [] : constantLabels {
            if !labels.isEmpty { labels.append(UInt8(ascii: ",")) }
            labels += "\(name)=\"".utf8
            Escaping.appendLabelValue(value, to: &labels)
            labels.append(UInt8(ascii: "\""))
        }
        self.constantLabels = labels
    }

    /// The name of the samples that end in `suffix`.
    func sample(_ suffix: String = "") -> [UInt8] { Array("\(name)\(suffix)".utf8) }

    /// The name of the samples that say when series began.
    var createdSample: [UInt8] { Array("\(baseName)_created".utf8) }

    private static func openMetricsHead(_ family: Family) -> [UInt8] {
        let name = family.baseName
        var head = Array("# TYPE \(name) \(family.exposedType.rawValue)\n".utf8)
        if let unit = family.exposedUnit { head += "# UNIT \(name) \(unit)\n".utf8 }
        appendHelp(family, name: name, format: .openMetrics, to: &head)
        return head
    }

    private static func textHead(_ family: Family) -> [UInt8] {
        var head: [UInt8] = []
        appendHelp(family, name: family.name, format: .text, to: &head)
        head += "# TYPE \(family.name) \(family.exposedType.rawValue)\n".utf8
        return head
    }

    private static func appendHelp(
        _ family: Family, name: String, format: ExpositionFormat, to head: inout [UInt8]
    ) {
        head += "# HELP \(name) ".utf8
        Escaping.appendHelp(family.definition.help, format: format, to: &head)
        head.append(UInt8(ascii: "\n"))
    }
}
