import Bytes

/// The `$1` and `${1}` in a rule's name and label values.
package enum CaptureTemplate {
    /// Why `text` can't be filled from `captures` globs, or nil if it can.
    static func mistake(in text: String, captures: Int) -> String? {
        for reference in references(in: text) {
            guard let number = reference.number else {
                return "\(text.quoted) has a $ that no number follows; write $1 or ${1}"
            }
            guard (1...).contains(number), number <= captures else {
                let globs = captures == 1 ? "1 glob" : "\(captures) globs"
                return "\(text.quoted) refers to \(text[reference.range]), but the match has \(globs)"
            }
        }
        return nil
    }

    /// The text with the letter `x` for every reference: what a filled template looks like to a name check.
    static func sample(of text: String) -> String {
        var sample = ""
        var rest = text.startIndex
        for reference in references(in: text) {
            sample += text[rest..<reference.range.lowerBound] + "x"
            rest = reference.range.upperBound
        }
        return sample + text[rest...]
    }

    /// The text with each reference replaced by what that glob stands for.
    package static func expand(_ text: String, captures: [Substring]) -> String {
        var expanded = ""
        var rest = text.startIndex
        for reference in references(in: text) {
            expanded += text[rest..<reference.range.lowerBound]
            if let number = reference.number, captures.indices.contains(number - 1) {
                expanded += captures[number - 1]
            }
            rest = reference.range.upperBound
        }
        return expanded + text[rest...]
    }

    private struct Reference {
        var range: Range<String.Index>
        /// Nil if the reference is malformed.
        var number: Int?
    }

    private static func references(in text: String) -> [Reference] {
        var found: [Reference] = []
        var index = text.startIndex
        while let dollar = text[index...].firstIndex(of: "$") {
            let reference = reference(at: dollar, in: text)
            found.append(reference)
            index = reference.range.upperBound
        }
        return found
    }

    private static func reference(at dollar: String.Index, in text: String) -> Reference {
        let tail = text[text.index(after: dollar)...]
        let braced = tail.hasPrefix("{")
        let digits = (braced ? tail.dropFirst() : tail).prefix { $0.utf8.allSatisfy(\.isDigit) }
        let after = text[digits.endIndex...]
        guard !digits.isEmpty, !braced || after.hasPrefix("}") else {
            return Reference(range: dollar..<tail.startIndex, number: nil)
        }
        let end = braced ? text.index(after: digits.endIndex) : digits.endIndex
        return Reference(range: dollar..<end, number: Int(digits) ?? Int.max)
    }
}
