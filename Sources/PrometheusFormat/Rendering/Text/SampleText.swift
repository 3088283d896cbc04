/// A sample's name with all that stands before and after the series' own labels.
struct SampleText {
    /// The name, `{`, and the constant labels.
    private let start: [UInt8]
    /// The length of the name.
    private let nameLength: Int
    /// The label that the sample adds, such as `le="0.5"`, or nothing.
    private let extra: [UInt8]
    private let hasConstantLabels: Bool

    init(_ text: FamilyText, suffix: String = "", extra: [UInt8] = []) {
        self.init(text, name: text.name, suffix: suffix, extra: extra)
    }

    init(_ text: FamilyText, name: String, suffix: String, extra: [UInt8] = []) {
        nameLength = name.utf8.count + suffix.utf8.count
        var start: [UInt8] = []
        start.reserveCapacity(nameLength + 1 + text.constantLabels.count)
        start += name.utf8
        start += suffix.utf8
        start.append(UInt8(ascii: "{"))
        start += text.constantLabels
        self.start = start
        hasConstantLabels = !text.constantLabels.isEmpty
        self.extra = extra
    }

    /// Writes everything up to the value.
    func write(_ labels: borrowing RawSpan, into page: inout TextBuffer) {
        guard hasConstantLabels || labels.byteCount > 0 || !extra.isEmpty else {
            unsafe page.append(start.span.bytes.extracting(first: nameLength))
            page.append(UInt8(ascii: " "))
            return
        }
        page.append(start)
        if hasConstantLabels, labels.byteCount > 0 { page.append(UInt8(ascii: ",")) }
        page.append(labels)
        if !extra.isEmpty {
            if hasConstantLabels || labels.byteCount > 0 { page.append(UInt8(ascii: ",")) }
            page.append(extra)
        }
        page.append("} ")
    }

    /// Writes the line of a whole number.
    func write(_ labels: borrowing RawSpan, value: UInt64, into page: inout TextBuffer) {
        write(labels, into: &page)
        page.append(value)
        page.append(UInt8(ascii: "\n"))
    }

    /// Writes the line of a number.
    func write(_ labels: borrowing RawSpan, value: Double, into page: inout TextBuffer) {
        write(labels, into: &page)
        page.append(value)
        page.append(UInt8(ascii: "\n"))
    }

    /// The text of a label with a number: `le="0.5"`.
    static func label(_ name: String, _ value: Double) -> [UInt8] {
        var text = Array("\(name)=\"".utf8)
        NumberFormat.appendCanonical(value, to: &text)
        text.append(UInt8(ascii: "\""))
        return text
    }
}
