import TelemetryMetrics

/// The parts of a family's lines that are the same for all its series, ready to be copied.
struct FamilyText {
    /// The HELP, TYPE and UNIT lines.
    let head: [UInt8]
    /// What stands between a sample's name and the series' own labels.
    let constantLabels: [UInt8]
    /// What it is called.
    let names: FamilyNames

    /// The text of `family`; `constantLabels` is that of the labels that all metrics but internal ones have.
    init(_ family: Family, constantLabels: [UInt8], format: ExpositionFormat, escaping: NameEscaping) {
        names = FamilyNames(family, escaping)
        head =
            format == .openMetrics
            ? Self.openMetricsHead(family, names, escaping) : Self.textHead(family, names)
        self.constantLabels = family.isInternal ? [] : constantLabels
    }

    /// The text of labels, as it stands before those of a series.
    static func labels(_ labels: [(name: String, value: String)], _ escaping: NameEscaping) -> [UInt8] {
        var text: [UInt8] = []
        for (name, value) in labels {
            if !text.isEmpty { text.append(UInt8(ascii: ",")) }
            if escaping == .allowUTF8 {
                PrometheusName.appendLabelName(name.utf8, to: &text)
            } else {
                text += escaping.labelName(name)
            }
            text += "=\"".utf8
            Escaping.appendLabelValue(value, to: &text)
            text.append(UInt8(ascii: "\""))
        }
        return text
    }

    private static func openMetricsHead(
        _ family: Family, _ names: FamilyNames, _ escaping: NameEscaping
    ) -> [UInt8] {
        var head = room(for: family)
        append("TYPE", names, isBase: true, family.openMetricsType(names, escaping).rawValue, to: &head)
        if let unit = family.exposedUnit(names) { append("UNIT", names, isBase: true, unit, to: &head) }
        append("HELP", names, isBase: true, to: &head)
        appendHelp(family, format: .openMetrics, to: &head)
        return head
    }

    private static func textHead(_ family: Family, _ names: FamilyNames) -> [UInt8] {
        var head = room(for: family)
        append("HELP", names, isBase: false, to: &head)
        appendHelp(family, format: .text, to: &head)
        append("TYPE", names, isBase: false, family.exposedType.rawValue, to: &head)
        return head
    }

    /// An array that a head fits into, escapes aside.
    private static func room(for family: Family) -> [UInt8] {
        var head: [UInt8] = []
        head.reserveCapacity(3 * family.name.utf8.count + family.definition.help.utf8.count + 64)
        return head
    }

    // Piece by piece: a page has one for each metric, and a string made of them costs more than all of its bytes.
    private static func append(
        _ keyword: String, _ names: FamilyNames, isBase: Bool, _ value: String, to head: inout [UInt8]
    ) {
        append(keyword, names, isBase: isBase, to: &head)
        head += value.utf8
        head.append(UInt8(ascii: "\n"))
    }

    private static func append(
        _ keyword: String, _ names: FamilyNames, isBase: Bool, to head: inout [UInt8]
    ) {
        head += "# ".utf8
        head += keyword.utf8
        head.append(UInt8(ascii: " "))
        names.append(isBase: isBase, to: &head)
        head.append(UInt8(ascii: " "))
    }

    private static func appendHelp(_ family: Family, format: ExpositionFormat, to head: inout [UInt8]) {
        Escaping.appendHelp(family.definition.help, format: format, to: &head)
        head.append(UInt8(ascii: "\n"))
    }
}
