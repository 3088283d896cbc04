/// A sample's name with all that stands before and after the series' own labels.
struct SampleText {
    /// The name, `{`, and the constant labels; a name between quotes stands behind `{`.
    private let start: [UInt8]
    /// The length of the name where it can stand alone; 0 otherwise.
    private let nameLength: Int
    /// The label that the sample adds, such as `le="0.5"`, or nothing.
    private let extra: [UInt8]
    /// Whether the start ends with something that a comma has to follow.
    private let hasElements: Bool

    init(_ text: FamilyText, isBase: Bool = false, suffix: String = "", extra: [UInt8] = []) {
        var start: [UInt8] = []
        start.reserveCapacity(text.names.name.utf8.count + suffix.utf8.count + 4 + text.constantLabels.count)
        if text.names.isQuoted { start.append(UInt8(ascii: "{")) }
        text.names.append(isBase: isBase, suffix: suffix, to: &start)
        nameLength = text.names.isQuoted ? 0 : start.count
        hasElements = text.names.isQuoted || !text.constantLabels.isEmpty
        if !text.names.isQuoted {
            start.append(UInt8(ascii: "{"))
        } else if !text.constantLabels.isEmpty {
            start.append(UInt8(ascii: ","))
        }
        start += text.constantLabels
        self.start = start
        self.extra = extra
    }

    /// Writes everything up to the value.
    func write(_ labels: borrowing RawSpan, into page: inout TextBuffer) {
        guard hasElements || labels.byteCount > 0 || !extra.isEmpty else {
            unsafe page.append(start.span.bytes.extracting(first: nameLength))
            page.append(UInt8(ascii: " "))
            return
        }
        page.append(start)
        if hasElements, labels.byteCount > 0 { page.append(UInt8(ascii: ",")) }
        page.append(labels)
        if !extra.isEmpty {
            if hasElements || labels.byteCount > 0 { page.append(UInt8(ascii: ",")) }
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
