import Bytes
import Linux

/// A type that keys can have: how the reference calls it, how its values are read, and how they are written.
struct ValueType<Value: Sendable>: Sendable {
    let name: String
    /// What stands for a value in the usage of a command.
    let placeholder: String
    let form: ValueForm
    /// The keys of a mapping that a value can be.
    let inner: KeyTable?
    /// The value; nil, reported, where it is malformed.
    let read: @Sendable (YAMLField) -> Value?
    let text: @Sendable (Value) -> String?

    init(
        _ name: String, placeholder: String? = nil, form: ValueForm = .single, inner: KeyTable? = nil,
        text: @escaping @Sendable (Value) -> String? = { "\($0)" },
        _ read: @escaping @Sendable (YAMLField) -> Value?
    ) {
        self.name = name
        self.placeholder = placeholder ?? name
        self.form = form
        self.inner = inner
        self.read = read
        self.text = text
    }

    /// A type whose values are nil for what is switched off by null or the empty text.
    static func orNone<Wrapped>(_ type: ValueType<Wrapped>) -> Self where Value == Wrapped? {
        Self(
            "\(type.name) or null", placeholder: type.placeholder, form: .orNone,
            text: { $0.map(type.text) ?? "null" }, { $0.optional(type.read) })
    }

    /// The same, where nil stands for a key that is not written.
    var ifWritten: ValueType<Value?> {
        ValueType<Value?>(
            name, placeholder: placeholder, form: form, inner: inner, text: { $0.flatMap(text) },
            { read($0).map(Optional.some) })
    }
}

/// How a flag gives a value.
enum ValueForm: Sendable {
    /// As one text.
    case single
    /// As one text, or `none` or nothing.
    case orNone
    /// As an element each time that the flag stands there.
    case list
}

extension ValueType<Bool> {
    static var boolean: Self { Self("`true` or `false`") { $0.boolean() } }
}

extension ValueType<Int> {
    static func whole(atLeast minimum: Int) -> Self {
        Self("number from \(minimum)", placeholder: "number") { $0.whole(atLeast: minimum) }
    }

    static func whole(_ range: ClosedRange<Int>) -> Self {
        Self("number from \(range.lowerBound) to \(range.upperBound)", placeholder: "number") {
            $0.whole(range)
        }
    }

    /// A number of bytes above zero.
    static var size: Self { Self("size", text: { ByteSizeText.text($0) }) { $0.size() } }

    /// A number of bytes within `range`.
    static func size(in range: ClosedRange<Int>) -> Self {
        let (least, most) = (ByteSizeText.text(range.lowerBound), ByteSizeText.text(range.upperBound))
        return Self("size from \(least) to \(most)", placeholder: "size", text: { ByteSizeText.text($0) }) {
            guard let size = $0.size() else { return nil }
            guard !range.contains(size) else { return size }
            return $0.failed("needs a size from \(least) to \(most), not \(ByteSizeText.text(size))")
        }
    }
}

extension ValueType<Double> {
    static var number: Self { Self("number", text: { $0.shortest }) { $0.number() } }

    /// A number that `mistake` finds nothing wrong with.
    static func number(_ name: String, without mistake: @escaping @Sendable (Double) -> String?) -> Self {
        Self(name, text: { $0.shortest }) { field in
            guard let number = field.number() else { return nil }
            return mistake(number).map { field.failed($0) } ?? number
        }
    }
}

extension ValueType<String> {
    static var text: Self { Self("text", text: { $0.inQuotes }) { $0.text() } }

    /// A text that `mistake` finds nothing wrong with.
    static func text(
        _ name: String = "text", without mistake: @escaping @Sendable (String) -> String?
    ) -> Self {
        Self(name, text: { $0.inQuotes }) { $0.text(without: mistake) }
    }

    /// The absolute path of a directory.
    static var directoryPath: Self {
        text("path") { path in
            guard path.hasPrefix("/") else { return "a directory needs an absolute path, not \(path.quoted)" }
            return path.utf8.contains(0) ? "a path can't hold a zero byte" : nil
        }
    }

    /// The absolute path of a Unix socket.
    static var socketPath: Self { text("path", without: SocketPath.mistake(in:)) }
}

extension ValueType<Duration> {
    static var duration: Self { Self("duration", text: { DurationText.text($0) }) { $0.duration() } }

    static var positiveDuration: Self {
        Self("duration", text: { DurationText.text($0) }) { field in
            guard let duration = field.duration() else { return nil }
            return duration > .zero ? duration : field.failed("needs a duration above zero")
        }
    }
}

extension ValueType where Value: RawRepresentable<String> & CaseIterable {
    /// One of the names of the cases.
    static var choice: Self {
        let names = Value.allCases.map { "`\($0.rawValue)`" }
        return Self(names.joined(separator: ", "), placeholder: "name", text: { $0.rawValue }) {
            $0.choice(Value.self)
        }
    }
}

extension Double {
    /// Without a fraction where there is none.
    var shortest: String { Int(exactly: self).map(String.init) ?? "\(self)" }
}

extension String {
    /// In quotes where it is empty.
    fileprivate var inQuotes: String { isEmpty ? "\"\"" : self }
}
