import Bytes

/// A sample's name with all that stands before and after the series' own labels.
struct SampleText {
    /// What stands before the labels of a series, what stands behind them, and all there is where a series has none.
    private let text: [UInt8]
    private let startLength: Int
    private let endLength: Int

    /// - Parameter extra: the label that the sample adds, such as `le="0.5"`, or nothing.
    init(_ family: FamilyText, isBase: Bool = false, suffix: String = "", extra: [UInt8] = []) {
        let isQuoted = family.names.isQuoted
        let constant = family.constantLabels
        var text: [UInt8] = []
        text.reserveCapacity(
            2 * (family.names.name.utf8.count + suffix.utf8.count + 8 + constant.count + extra.count))
        // A name between quotes stands behind `{`.
        if isQuoted { text.append(UInt8(ascii: "{")) }
        family.names.append(isBase: isBase, suffix: suffix, to: &text)
        let nameLength = text.count
        text.append(UInt8(ascii: isQuoted ? "," : "{"))
        if !constant.isEmpty {
            text += constant
            text.append(.comma)
        }
        startLength = text.count
        if !extra.isEmpty {
            text.append(.comma)
            text += extra
        }
        text += "} ".utf8
        endLength = text.count - startLength
        let hasLabels = !constant.isEmpty || !extra.isEmpty
        text += text[..<(hasLabels ? startLength : nameLength)]
        if hasLabels {
            if extra.isEmpty { text.removeLast() }
            text += extra
        }
        if hasLabels || isQuoted { text.append(UInt8(ascii: "}")) }
        text.append(UInt8(ascii: " "))
        self.text = text
    }

    /// Writes everything up to the value.
    @inline(__always)
    func write(_ labels: borrowing RawSpan, into page: inout TextBuffer) {
        let bytes = unsafe text.span.bytes
        let behind = bytes.extracting(droppingFirst: startLength)
        if labels.byteCount > 0 {
            page.append(bytes.extracting(first: startLength), labels, behind.extracting(first: endLength))
        } else {
            page.append(behind.extracting(droppingFirst: endLength))
        }
    }

    /// Writes the line of a whole number.
    @inline(__always)
    func write(_ labels: borrowing RawSpan, value: UInt64, into page: inout TextBuffer) {
        let bytes = unsafe text.span.bytes
        let behind = bytes.extracting(droppingFirst: startLength)
        if labels.byteCount > 0 {
            page.appendLine(
                bytes.extracting(first: startLength), labels, behind.extracting(first: endLength), value)
        } else {
            page.appendLine(behind.extracting(droppingFirst: endLength), labels, labels, value)
        }
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
