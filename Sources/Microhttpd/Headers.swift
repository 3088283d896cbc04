/// Header fields in order, found by name without regard to case.
package struct Headers: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// One field line.
    package struct Field: Sendable, Equatable {
        /// The name as written.
        package var name: String
        /// The value without surrounding white space.
        package var value: String
    }

    /// All field lines; a name may occur more than once.
    package private(set) var fields: [Field] = []

    /// No fields.
    package init() {}

    /// Fields in the order of the literal, duplicates kept.
    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { append(name, value) }
    }

    /// Adds a field and keeps others of the same name.
    package mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Puts a field in the place of all others of that name.
    package mutating func replace(_ name: String, with value: String) {
        fields.removeAll { Self.matches($0.name, name) }
        append(name, value)
    }

    /// Says that the answer depends on a field of the request, unless it is said.
    mutating func vary(on name: String) {
        guard let said = self["Vary"] else { return append("Vary", name) }
        let isSaid = said.utf8.split(separator: UInt8(ascii: ",")).contains {
            Self.matches($0.drop { $0 == UInt8(ascii: " ") }, name.utf8)
        }
        if !isSaid { replace("Vary", with: "\(said), \(name)") }
    }

    /// Every value of a name, joined with a comma as RFC 9110 section 5.2 reads them; nil without one.
    package subscript(name: String) -> String? {
        var found: String?
        for field in fields where Self.matches(field.name, name) {
            found = found.map { "\($0), \(field.value)" } ?? field.value
        }
        return found
    }

    /// Every value of a name in order.
    package func values(_ name: String) -> [String] {
        fields.filter { Self.matches($0.name, name) }.map(\.value)
    }

    private static func matches(_ one: String, _ other: String) -> Bool { matches(one.utf8[...], other.utf8) }

    private static func matches(_ one: Substring.UTF8View, _ other: String.UTF8View) -> Bool {
        one.count == other.count
            && zip(one, other).allSatisfy { lowercased($0) == lowercased($1) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (65...90).contains(byte) ? byte | 0x20 : byte
    }
}
