import TelemetryMetrics

/// What a metric is called on one page.
struct FamilyNames {
    /// The name, escaped as the page has names, but for what stands between quotes.
    let name: [UInt8]
    /// Whether the name stands between quotes in text.
    let isQuoted: Bool
    /// How many bytes at the end of the name samples have beyond their family in OpenMetrics.
    private let suffixLength: Int

    init(_ family: Family, _ escaping: NameEscaping) {
        suffixLength = family.nameSuffix.utf8.count
        isQuoted = !family.hasLegacyName && escaping == .allowUTF8
        guard !family.hasLegacyName else {
            name = Array(family.name.utf8)
            return
        }
        var name: [UInt8] = []
        escaping.append(family.name.utf8, isLabel: false, to: &name)
        self.name = name
    }

    /// The name of the family in OpenMetrics.
    var base: [UInt8] { Array(name.dropLast(suffixLength)) }

    /// Appends a name with its suffix as text has it, between quotes where it needs them.
    func append(_ name: [UInt8], suffix: String = "", to text: inout [UInt8]) {
        guard isQuoted else {
            text += name
            text += suffix.utf8
            return
        }
        text.append(UInt8(ascii: "\""))
        Escaping.appendLabelValue(name.span, to: &text)
        text += suffix.utf8
        text.append(UInt8(ascii: "\""))
    }
}
