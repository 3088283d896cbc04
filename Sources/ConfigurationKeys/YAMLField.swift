import Bytes
package import YAML

/// A value in the file with the path of its key.
///
/// The readers return nil after reporting why the value is not what they read, so that reading goes on and one run
/// reports everything. Plain scalars are typed by their reader and not by YAML 1.1's rules, so `no` stays a text and
/// `0666` octal.
package struct YAMLField {
    /// What is written.
    package let node: YAMLNode
    /// The key's path, such as `metrics[0].type`.
    package let path: String
    /// Where problems go, and what was read before.
    package let reading: FileReading

    /// A value that somebody else found.
    package init(node: YAMLNode, path: String, reading: FileReading) {
        self.node = node
        self.path = path
        self.reading = reading
    }

    /// Reports a problem at the value.
    package func fail(_ reason: String) {
        reading.add(node.mark, key: path, reason)
    }

    /// Says what deserves a second look at the value, which is used all the same.
    package func warn(_ reason: String) {
        reading.warn(node.mark, key: path, reason)
    }

    /// Reports a problem and stands for the value that isn't there.
    package func failed<Value>(_ reason: String) -> Value? {
        fail(reason)
        return nil
    }

    /// Whether nothing is written there, or `null` or `~`.
    package var isNull: Bool {
        guard let plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(plain)
    }

    /// The text of any scalar, null among them, without a report.
    package var scalar: String? {
        guard case .scalar(let text, _) = node.content else { return nil }
        return text
    }

    /// The text of a scalar without quotes.
    private var plain: String? {
        guard case .scalar(let text, isPlain: true) = node.content else { return nil }
        return text
    }

    /// What the value is, for a sentence.
    package var found: String {
        switch node.content {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar where isNull: "nothing"
        case .scalar(let text, let isPlain): isPlain ? text.quoted : "the text \(text.quoted)"
        }
    }

    /// Any scalar that isn't null.
    package func text() -> String? {
        guard let scalar, !isNull else { return failed("needs a text, not \(found)") }
        return scalar
    }

    /// A text that `mistake` finds nothing wrong with.
    package func text(without mistake: (String) -> String?) -> String? {
        guard let text = text() else { return nil }
        if let mistake = mistake(text) { return failed(mistake) }
        return text
    }

    /// `true` or `false`.
    package func boolean() -> Bool? {
        switch plain {
        case "true": true
        case "false": false
        default: failed("needs true or false, not \(found)")
        }
    }

    /// A whole number from `minimum`.
    package func whole(atLeast minimum: Int) -> Int? {
        guard let plain, let number = Int(plain) else { return failed("needs a whole number, not \(found)") }
        guard number >= minimum else { return failed("needs a number from \(minimum), not \(number)") }
        return number
    }

    /// A whole number within `range`.
    package func whole(_ range: ClosedRange<Int>) -> Int? {
        guard let number = whole(atLeast: range.lowerBound) else { return nil }
        guard number <= range.upperBound else {
            return failed("needs a number up to \(range.upperBound), not \(number)")
        }
        return number
    }

    /// A finite number.
    package func number() -> Double? {
        guard let plain, plain.utf8.allSatisfy({ $0.isDigit || "+-.eE".utf8.contains($0) }),
            let number = Double(plain), number.isFinite
        else { return failed("needs a finite number, not \(found)") }
        return number
    }

    /// A duration, perhaps zero.
    package func duration() -> Duration? {
        guard let scalar, let duration = DurationText.parse(scalar) else {
            return failed("needs a duration such as 10m, 1h30m, 500ms or a number of seconds, not \(found)")
        }
        return duration
    }

    /// A number of bytes above zero.
    package func size() -> Int? {
        guard let scalar, let size = ByteSizeText.parse(scalar), size > 0 else {
            return failed("needs \(ByteSizeText.expectation), not \(found)")
        }
        return size
    }

    /// One of the raw values of `Choice`.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(_ type: Choice.Type) -> Choice? {
        guard let text = text() else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        return failed(
            "needs one of \(known.joined(separator: ", ")), not \(found)\(Suggestion.hint(text, among: known))"
        )
    }

    /// The elements of a list; nothing there is an empty list.
    package func list() -> [YAMLField]? {
        if isNull { return [] }
        guard case .sequence(let nodes) = node.content else { return failed("needs a list, not \(found)") }
        return nodes.enumerated().map { index, node in
            YAMLField(node: node, path: "\(path)[\(index)]", reading: reading)
        }
    }

    /// The pairs of a mapping, each with the place of its key; nothing there is an empty mapping.
    ///
    /// A key that is repeated is reported, and its first value stays.
    package func entries() -> [(name: String, key: YAMLField, value: YAMLField)]? {
        if isNull { return [] }
        guard case .mapping(let pairs) = node.content else { return failed("needs a mapping, not \(found)") }
        return pairs.compactMap { pair in
            guard case .scalar(let name, _) = pair.key.content else {
                reading.add(pair.key.mark, key: path, "a key has to be a text")
                return nil
            }
            let inner = path.isEmpty ? name.asPathSegment : "\(path).\(name.asPathSegment)"
            let key = YAMLField(node: pair.key, path: inner, reading: reading)
            if let line = pair.firstLine {
                return key.failed("this key is written on line \(line) already")
            }
            return (name, key, YAMLField(node: pair.value, path: inner, reading: reading))
        }
    }

    /// The result of `read`, or nil inside for null and the empty text, which switch something off.
    package func optional<Value>(_ read: (YAMLField) -> Value?) -> Value?? {
        if isNull || scalar == "" { return .some(nil) }
        return read(self).map(Optional.some)
    }
}

extension String {
    /// The text as it stands in a key's path: in quotes unless it is short and plain.
    fileprivate var asPathSegment: String {
        let isPlain = utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2d || $0 == 0x5f }
        return isPlain && (1...80).contains(utf8.count) ? self : quoted
    }
}
