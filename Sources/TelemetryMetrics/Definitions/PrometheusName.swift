import Bytes

/// The characters that names consist of in Prometheus' data model (its legacy, ASCII form).
package enum PrometheusName {
    /// Whether `name` can name a metric.
    package static func isMetricName(_ name: some StringProtocol) -> Bool {
        isName(name.utf8) { isLetter($0) || $0 == UInt8(ascii: ":") }
    }

    /// Whether `name` can name a label; names that begin with `__` are Prometheus' own.
    package static func isLabelName(_ name: some StringProtocol) -> Bool {
        isLabel(name.utf8) && !name.hasPrefix("__")
    }

    /// Whether `byte` is a letter or `_`.
    private static func isLetter(_ byte: UInt8) -> Bool { byte.isLetter || byte == .underscore }

    private static func isName(_ bytes: some Collection<UInt8>, isFirst: (UInt8) -> Bool) -> Bool {
        guard let first = bytes.first, isFirst(first) else { return false }
        return bytes.dropFirst().allSatisfy { isFirst($0) || $0.isDigit }
    }

    /// What the bytes in `range` are called as a metric, or as a label where `isLabel`; appended to `names`.
    ///
    /// Each character but letters, digits, `_` and, in a metric's name, `:` becomes `_`; one stands before a digit at the
    /// start, and for a name of no bytes. What is not UTF-8 is taken byte by byte.
    package static func appendSanitised(
        _ text: RawSpan, in range: Range<Int>, isLabel: Bool, to names: inout [UInt8]
    ) {
        guard let first = range.first else { return names.append(.underscore) }
        if text[byte: first].isDigit {
            names.append(.underscore)
        } else {
            var end = first
            while end < range.upperBound, isPlain(text[byte: end], isLabel) { end += 1 }
            // Mostly, and all at once is faster.
            if end == range.upperBound { return text.append(range, to: &names) }
        }
        for offset in range {
            let byte = text[byte: offset]
            if isPlain(byte, isLabel) {
                names.append(byte)
            } else if byte & 0xC0 != 0x80 || offset == first {
                names.append(.underscore)
            }
        }
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8, _ isLabel: Bool) -> Bool {
        isLetter(byte) || byte.isDigit || byte == .colon && !isLabel
    }

    /// What `text` is called as a metric, or as a label where `isLabel`.
    package static func sanitised(_ text: String, isLabel: Bool = false) -> String {
        let bytes = Array(text.utf8)
        var name: [UInt8] = []
        bytes.withBytes(in: bytes.indices) {
            appendSanitised($0, in: bytes.indices, isLabel: isLabel, to: &name)
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// The name, then its unit, then `_total` where it is cumulative, neither of them twice.
    ///
    /// `unitSuffix` comes without its underscore, such as `seconds`.
    package static func suffixed(_ base: String, unitSuffix: String?, isCumulative: Bool) -> String {
        var name = base
        if isCumulative, name.hasSuffix(total) { name.removeLast(total.count) }
        if let unitSuffix, !ends(name, in: unitSuffix) { name += "_\(unitSuffix)" }
        return isCumulative ? name + total : name
    }

    /// Whether the last word of `name` is `word`.
    static func ends(_ name: some StringProtocol, in word: String) -> Bool {
        name == word || name.hasSuffix("_\(word)") || name.hasSuffix(".\(word)")
    }

    private static let total = "_total"

    /// What names begin with whose characters are escaped as `values`.
    package static let escapedMark = "U__".utf8

    /// The name where it is one of the legacy character set, else with `_` for each other character: what no other metric of a page has.
    static func legacy(_ name: String) -> String { isMetricName(name) ? name : sanitised(name) }

    /// Appends a label's name as it stands in text: between quotes where it is none of the legacy character set.
    package static func appendLabelName(_ name: some Collection<UInt8>, to text: inout [UInt8]) {
        guard !isLabel(name) else {
            text += name
            return
        }
        text.append(UInt8(ascii: "\""))
        for byte in name {
            switch byte {
            case UInt8(ascii: "\n"): text += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case UInt8(ascii: "\\"), UInt8(ascii: "\""): text += [UInt8(ascii: "\\"), byte]
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    /// Whether the bytes are a label name of the legacy character set.
    package static func isLabel(_ name: some Collection<UInt8>) -> Bool { isName(name, isFirst: isLetter) }
}
