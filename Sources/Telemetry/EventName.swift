/// The name of an event: non-empty segments of letters, digits, `_` and `-`, joined by dots.
public struct EventName: Hashable, Sendable, CustomStringConvertible {
    /// The name as written, for example `http.request.stop`.
    public let text: String

    /// Checks `text`.
    ///
    /// - Throws: `TelemetryError.malformedName` with the offset of the first byte that is wrong.
    public init(_ text: String) throws(TelemetryError) {
        if let offset = Self.firstMistake(in: text.utf8) {
            throw .malformedName(text, offset: offset)
        }
        self.text = text
    }

    /// Takes a text that is known to be well formed.
    init(checked text: String) {
        self.text = text
    }

    /// The segments between the dots, at least one.
    public var segments: [Substring] {
        text.split(separator: ".")
    }

    /// The text of the name.
    public var description: String { text }

    /// Whether the segments of this name begin with all the segments of `prefix`; the empty prefix fits all.
    func hasPrefix(_ prefix: String) -> Bool {
        guard !prefix.isEmpty else { return true }
        guard text.hasPrefix(prefix) else { return false }
        return text.utf8.count == prefix.utf8.count
            || text.utf8.dropFirst(prefix.utf8.count).first == UInt8(ascii: ".")
    }

    private static func firstMistake(in bytes: String.UTF8View) -> Int? {
        var segmentIsEmpty = true
        var offset = 0
        for byte in bytes {
            if byte == UInt8(ascii: ".") {
                if segmentIsEmpty { return offset }
                segmentIsEmpty = true
            } else if isAllowed(byte) {
                segmentIsEmpty = false
            } else {
                return offset
            }
            offset += 1
        }
        return segmentIsEmpty ? offset : nil
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }
}

extension EventName: LabelValue {
    /// Writes the text.
    @inlinable
    public func write(to writer: inout LabelWriter) { writer.append(text) }
}
