import TelemetryMetrics

/// What a metric is called on one page.
struct FamilyNames {
    /// The name, escaped as the page has names, but for what stands between quotes.
    let name: String
    /// Whether the name stands between quotes in text.
    let isQuoted: Bool
    /// How many bytes at the end of the name samples have beyond their family in OpenMetrics.
    private let suffixLength: Int

    init(_ family: Family, _ escaping: NameEscaping) {
        suffixLength = family.nameSuffix.utf8.count
        isQuoted = !family.hasLegacyName && escaping == .allowUTF8
        guard !family.hasLegacyName else {
            name = family.name
            return
        }
        var name: [UInt8] = []
        escaping.append(family.name.utf8, isLabel: false, to: &name)
        self.name = String(decoding: name, as: UTF8.self)
    }

    /// Appends the name, or where it `isBase` that of the family in OpenMetrics, with a suffix, between quotes where it needs them.
    func append(isBase: Bool = false, suffix: String = "", to text: inout [UInt8]) {
        if isQuoted {
            text.append(UInt8(ascii: "\""))
            Escaping.appendLabelValue(name, to: &text)
        } else {
            text += name.utf8
        }
        // No character of the suffix is escaped.
        if isBase { text.removeLast(suffixLength) }
        text += suffix.utf8
        if isQuoted { text.append(UInt8(ascii: "\"")) }
    }
}
