import TelemetryMetrics

/// The parts of a family's lines that are the same for all its series, ready to be copied.
struct FamilyText {
    /// The HELP, TYPE and UNIT lines.
    let head: [UInt8]
    /// What stands between a sample's name and the series' own labels.
    let constantLabels: [UInt8]
    /// The name of its samples.
    let name: String
    private let family: Family

    /// The text of `family`; `constantLabels` is that of the labels that all metrics but internal ones have.
    init(_ family: Family, constantLabels: [UInt8], format: ExpositionFormat) {
        self.family = family
        name = family.name
        head = format == .openMetrics ? Self.openMetricsHead(family) : Self.textHead(family)
        self.constantLabels = family.isInternal ? [] : constantLabels
    }

    /// The text of labels, as it stands before those of a series.
    static func labels(_ labels: [(name: String, value: String)]) -> [UInt8] {
        var text: [UInt8] = []
        for (name, value) in labels {
            if !text.isEmpty { text.append(UInt8(ascii: ",")) }
            text += name.utf8
            text += "=\"".utf8
            Escaping.appendLabelValue(value, to: &text)
            text.append(UInt8(ascii: "\""))
        }
        return text
    }

    /// The name of the samples that say when series began, without its suffix.
    var baseName: String { family.baseName }

    private static func openMetricsHead(_ family: Family) -> [UInt8] {
        let name = family.baseName
        var head = room(for: family)
        append("TYPE", name, family.exposedType.rawValue, to: &head)
        if let unit = family.exposedUnit { append("UNIT", name, unit, to: &head) }
        appendHelp(family, name: name, format: .openMetrics, to: &head)
        return head
    }

    private static func textHead(_ family: Family) -> [UInt8] {
        var head = room(for: family)
        appendHelp(family, name: family.name, format: .text, to: &head)
        append("TYPE", family.name, family.exposedType.rawValue, to: &head)
        return head
    }

    /// An array that a head fits into, escapes aside.
    private static func room(for family: Family) -> [UInt8] {
        var head: [UInt8] = []
        head.reserveCapacity(3 * family.name.utf8.count + family.definition.help.utf8.count + 64)
        return head
    }

    // Piece by piece: a page has one for each metric, and a string made of them costs more than all of its bytes.
    private static func append(_ keyword: String, _ name: String, _ value: String, to head: inout [UInt8]) {
        append(keyword, name, to: &head)
        head += value.utf8
        head.append(UInt8(ascii: "\n"))
    }

    private static func append(_ keyword: String, _ name: String, to head: inout [UInt8]) {
        head += "# ".utf8
        head += keyword.utf8
        head.append(UInt8(ascii: " "))
        head += name.utf8
        head.append(UInt8(ascii: " "))
    }

    private static func appendHelp(
        _ family: Family, name: String, format: ExpositionFormat, to head: inout [UInt8]
    ) {
        append("HELP", name, to: &head)
        Escaping.appendHelp(family.definition.help, format: format, to: &head)
        head.append(UInt8(ascii: "\n"))
    }
}
