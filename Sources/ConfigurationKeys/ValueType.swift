import Bytes

/// A type that keys can have: how the reference calls it, how its values are read, and how they are written.
package struct ValueType<Value: Sendable>: Sendable {
    /// As the reference calls it.
    package let name: String
    /// What stands for a value in the usage of a command.
    package let placeholder: String
    /// All texts of values; empty where they can't be listed.
    package let choices: [String]
    /// How a flag gives a value of it.
    package let form: ValueForm
    /// The keys of a mapping that a value can be.
    package let inner: KeyTable?
    /// The value; nil, reported, where it is malformed.
    package let read: @Sendable (YAMLField) -> Value?
    /// A value as the file would write it.
    package let text: @Sendable (Value) -> String?

    /// A type from its parts.
    package init(
        _ name: String, placeholder: String? = nil, choices: [String] = [], form: ValueForm = .single,
        inner: KeyTable? = nil,
        text: @escaping @Sendable (Value) -> String? = { "\($0)" },
        _ read: @escaping @Sendable (YAMLField) -> Value?
    ) {
        self.name = name
        self.placeholder = placeholder ?? name
        self.choices = choices
        self.form = form
        self.inner = inner
        self.read = read
        self.text = text
    }

    /// A type whose values are nil for what is switched off by null or the empty text.
    package static func orNone<Wrapped>(_ type: ValueType<Wrapped>) -> Self where Value == Wrapped? {
        Self(
            "\(type.name) or null", placeholder: type.placeholder, form: .orNone,
            text: { $0.map(type.text) ?? "null" }, { $0.optional(type.read) })
    }

    /// The same, where nil stands for a key that is not written.
    package var ifWritten: ValueType<Value?> {
        ValueType<Value?>(
            name, placeholder: placeholder, form: form, inner: inner, text: { $0.flatMap(text) },
            { read($0).map(Optional.some) })
    }
}

/// How a flag gives a value.
package enum ValueForm: Sendable {
    /// As one text.
    case single
    /// As `true` or `false`, or by standing there for `true`.
    case toggle
    /// As one text, or `none` or nothing.
    case orNone
    /// As an element each time that the flag stands there.
    case list
}

extension ValueType<Bool> {
    /// `true` or `false`.
    package static var boolean: Self {
        Self("`true` or `false`", placeholder: "true|false", choices: ["true", "false"], form: .toggle) {
            $0.boolean()
        }
    }
}

extension ValueType<Int> {
    /// A whole number from `minimum`.
    package static func whole(atLeast minimum: Int) -> Self {
        Self("number from \(minimum)", placeholder: "number") { $0.whole(atLeast: minimum) }
    }

    /// A whole number within `range`.
    package static func whole(_ range: ClosedRange<Int>) -> Self {
        Self("number from \(range.lowerBound) to \(range.upperBound)", placeholder: "number") {
            $0.whole(range)
        }
    }

    /// A number of bytes above zero.
    package static var size: Self { Self("size", text: { ByteSizeText.text($0) }) { $0.size() } }

    /// A number of bytes within `range`.
    package static func size(in range: ClosedRange<Int>) -> Self {
        let (least, most) = (ByteSizeText.text(range.lowerBound), ByteSizeText.text(range.upperBound))
        return Self("size from \(least) to \(most)", placeholder: "size", text: { ByteSizeText.text($0) }) {
            guard let size = $0.size() else { return nil }
            guard !range.contains(size) else { return size }
            return $0.failed("needs a size from \(least) to \(most), not \(ByteSizeText.text(size))")
        }
    }
}

extension ValueType<Double> {
    /// A finite number.
    package static var number: Self { Self("number", text: { $0.shortest }) { $0.number() } }

    /// A number that `mistake` finds nothing wrong with.
    package static func number(_ name: String, without mistake: @escaping @Sendable (Double) -> String?)
        -> Self
    {
        Self(name, text: { $0.shortest }) { field in
            guard let number = field.number() else { return nil }
            return mistake(number).map { field.failed($0) } ?? number
        }
    }
}

extension ValueType<String> {
    /// Any text.
    package static var text: Self { Self("text", text: { $0.inQuotes }) { $0.text() } }

    /// A text that `mistake` finds nothing wrong with.
    package static func text(
        _ name: String = "text", without mistake: @escaping @Sendable (String) -> String?
    ) -> Self {
        Self(name, text: { $0.inQuotes }) { $0.text(without: mistake) }
    }
}

extension ValueType<Duration> {
    /// A duration, perhaps zero.
    package static var duration: Self { Self("duration", text: { DurationText.text($0) }) { $0.duration() } }

    /// A duration above zero.
    package static var positiveDuration: Self {
        Self("duration", text: { DurationText.text($0) }) { field in
            guard let duration = field.duration() else { return nil }
            return duration > .zero ? duration : field.failed("needs a duration above zero")
        }
    }
}

extension ValueType where Value: RawRepresentable<String> & CaseIterable {
    /// One of the names of the cases.
    package static var choice: Self {
        let choices = Value.allCases.map(\.rawValue)
        let names = choices.map { "`\($0)`" }
        return Self(
            names.joined(separator: ", "), placeholder: "name", choices: choices, text: { $0.rawValue }
        ) {
            $0.choice(Value.self)
        }
    }
}

extension Double {
    /// Without a fraction where there is none.
    package var shortest: String { Int(exactly: self).map(String.init) ?? "\(self)" }
}

extension String {
    /// In quotes where it is empty.
    fileprivate var inQuotes: String { isEmpty ? "\"\"" : self }
}
