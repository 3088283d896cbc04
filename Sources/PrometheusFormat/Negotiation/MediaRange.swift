/// One element of an `Accept` header, or a whole `Content-Type`.
struct MediaRange: Equatable {
    /// Lower-cased, `*` for any.
    let type: String
    /// Lower-cased, `*` for any.
    let subtype: String
    /// From 0 to 1; 1 where it is absent, above 1 or unreadable.
    let quality: Double
    private let parameters: [Parameter]

    private struct Parameter: Equatable {
        let name: String
        let value: String
    }

    /// The value of the first parameter of that lower-case name.
    func parameter(_ name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    /// Every readable element of a comma-separated header, in its order; unreadable ones are left out.
    static func list(_ header: String) -> [MediaRange] {
        split(header.utf8[...], at: UInt8(ascii: ",")).compactMap(MediaRange.init(element:))
    }

    private init?(element: Substring.UTF8View) {
        let parts = Self.split(element, at: UInt8(ascii: ";"))
        guard let range = parts.first else { return nil }
        let names = range.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard names.count == 2 else { return nil }
        type = Self.trimmed(names[0]).lowercased()
        subtype = Self.trimmed(names[1]).lowercased()
        guard !type.isEmpty, !subtype.isEmpty else { return nil }
        parameters = parts.dropFirst().compactMap(Self.parameter)
        let written = parameters.first { $0.name == "q" }?.value
        quality = written.flatMap(Self.quality) ?? 1
    }

    private static func parameter(_ text: Substring.UTF8View) -> Parameter? {
        guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let name = trimmed(text[..<equals]).lowercased()
        return Parameter(name: name, value: unquoted(trimmed(text[text.index(after: equals)...])))
    }

    /// Reads digits with at most one point, capped at 1 because a server once sent more.
    private static func quality(_ text: String) -> Double? {
        let digitsAndPoint = text.utf8.allSatisfy { byte in
            byte == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard digitsAndPoint, let value = Double(text) else { return nil }
        return min(value, 1)
    }

    /// Splits at a separator that stands outside quotes; a quote left open reaches to the end.
    private static func split(_ text: Substring.UTF8View, at separator: UInt8) -> [Substring.UTF8View] {
        var parts: [Substring.UTF8View] = []
        var start = text.startIndex
        var quoted = false
        var escaped = false
        for index in text.indices {
            let byte = text[index]
            if escaped {
                escaped = false
            } else if quoted, byte == UInt8(ascii: "\\") {
                escaped = true
            } else if byte == UInt8(ascii: "\"") {
                quoted.toggle()
            } else if byte == separator, !quoted {
                parts.append(text[start..<index])
                start = text.index(after: index)
            }
        }
        parts.append(text[start...])
        return parts
    }

    private static func trimmed(_ text: Substring.UTF8View) -> String {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var rest = text.drop(while: isBlank)
        while let last = rest.last, isBlank(last) {
            rest = rest.dropLast()
        }
        return String(Substring(rest))
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.first == "\"", text.last == "\"" else { return text }
        var result = ""
        var escaped = false
        for character in text.dropFirst().dropLast() {
            if character == "\\", !escaped {
                escaped = true
            } else {
                result.append(character)
                escaped = false
            }
        }
        return result
    }
}
