import Bytes
import Logging

/// Writes values of metadata as bytes, with their types, within the limits of size and depth.
enum MetadataEncoder {
    private typealias Tag = RecordEncoder.Tag

    /// Writes a value behind its tag; false where it does not fit.
    static func put(_ value: Logger.MetadataValue, to span: inout OutputRawSpan) -> Bool {
        put(value, depth: TextLimit.depth, end: span.byteCount + TextLimit.bytesPerField, to: &span)
    }

    /// Writes a text behind its tag.
    static func put(text: String, to span: inout OutputRawSpan) -> Bool {
        put(.text, to: &span) && putBare(text, to: &span)
    }

    /// Writes a text without a tag, cut to what a field and the record have room for.
    static func putBare(_ text: String, to span: inout OutputRawSpan) -> Bool {
        let limit = max(0, min(TextLimit.bytesPerField, TextLimit.bytesPerRecord - span.byteCount))
        guard text.utf8.count > limit else { return span.put(text) }
        return span.put(TextLimit.apply(to: text, limit: limit))
    }

    private static func put(_ tag: Tag, to span: inout OutputRawSpan) -> Bool {
        span.put(tag.rawValue)
    }

    private static func put(
        _ value: Logger.MetadataValue, depth: Int, end: Int, to span: inout OutputRawSpan
    ) -> Bool {
        switch value {
        case .string(let text): return put(text: text, to: &span)
        case .stringConvertible(let convertible): return put(scalar: convertible, of: value, to: &span)
        case .array(let elements):
            guard depth > 0 else { return put(text: "…[nested too deeply]", to: &span) }
            return put(elements, depth: depth - 1, end: end, to: &span)
        case .dictionary(let members):
            guard depth > 0 else { return put(text: "…[nested too deeply]", to: &span) }
            return put(members, depth: depth - 1, end: end, to: &span)
        }
    }

    private static func put(
        _ elements: [Logger.MetadataValue], depth: Int, end: Int, to span: inout OutputRawSpan
    ) -> Bool {
        guard put(.list, to: &span) else { return false }
        for (index, element) in elements.enumerated() {
            guard span.byteCount < end else {
                guard putNote(truncating: elements.count - index, to: &span) else { return false }
                break
            }
            guard put(element, depth: depth, end: end, to: &span) else { return false }
        }
        return put(.end, to: &span)
    }

    private static func put(
        _ members: Logger.Metadata, depth: Int, end: Int, to span: inout OutputRawSpan
    ) -> Bool {
        guard put(.object, to: &span) else { return false }
        // Sorted here, so that it is the same ones that are left out each time.
        for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
            guard span.byteCount < end else {
                guard put(.text, to: &span), span.put("…"),
                    putNote(truncating: members.count - index, to: &span)
                else { return false }
                break
            }
            guard put(text: member.key, to: &span),
                put(member.value, depth: depth, end: end, to: &span)
            else { return false }
        }
        return put(.end, to: &span)
    }

    /// Writes how many values are left out, which no limit cuts.
    static func putNote(truncating count: Int, to span: inout OutputRawSpan) -> Bool {
        put(.text, to: &span) && span.put("…[truncated, \(count) more]")
    }

    private static func put(
        scalar: any CustomStringConvertible & Sendable, of value: Logger.MetadataValue,
        to span: inout OutputRawSpan
    ) -> Bool {
        // A cast takes long; comparing types takes an instruction.
        let type = type(of: scalar)
        if type == Int.self, let number = scalar as? Int {
            return put(.signed, to: &span) && span.put(Int64(number))
        }
        if type == Double.self, let number = scalar as? Double {
            return put(.double, to: &span) && span.put(number.bitPattern)
        }
        if type == Bool.self, let isTrue = scalar as? Bool { return put(isTrue ? .yes : .no, to: &span) }
        switch scalar {
        case let number as Float: return put(.float, to: &span) && span.put(number.bitPattern)
        case let number as UInt64: return put(.unsigned, to: &span) && span.put(number)
        case let number as any FixedWidthInteger:
            return put(.literal, to: &span) && putBare("\(number)", to: &span)
        default:
            let isSensitive = value.attributes[Sensitivity.self] == .sensitive
            return put(text: isSensitive ? "<redacted>" : scalar.description, to: &span)
        }
    }
}
