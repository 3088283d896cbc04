import Bytes

/// The bytes of protobuf fields, appended one after the other; one buffer holds a metric with all its series.
///
/// The wire format is described at <https://protobuf.dev/programming-guides/encoding>.
struct Message: Sendable {
    private(set) var bytes: [UInt8] = []

    fileprivate enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case lengthDelimited = 2
    }

    /// Appends a field of type uint32, uint64, int64 or enum.
    @inline(__always)
    mutating func append(_ field: Int, unsigned value: UInt64) {
        bytes.append(addingCapacity: Self.mostOfNumber) { $0.append(field, unsigned: value) }
    }

    /// Appends a field of type sint32 or sint64.
    @inline(__always)
    mutating func append(_ field: Int, signed value: Int64) {
        bytes.append(addingCapacity: Self.mostOfNumber) { $0.append(field, signed: value) }
    }

    mutating func append(_ field: Int, double value: Double) {
        bytes.append(addingCapacity: Self.mostOfNumber) { room in
            room.append(tag: field, .fixed64)
            var rest = value.bitPattern
            for _ in 0..<8 {
                room.append(UInt8(truncatingIfNeeded: rest))
                rest >>= 8
            }
        }
    }

    /// Appends what `write` does, up to `count` fields of numbers, at once.
    @inline(__always)
    mutating func append(numbers count: Int, _ write: (inout OutputSpan<UInt8>) -> Void) {
        bytes.append(addingCapacity: count * Self.mostOfNumber, initializingWith: write)
    }

    /// Bytes that the field of a number takes at most: its tag and the number in groups of seven bits.
    private static let mostOfNumber = 20

    mutating func append(_ field: Int, text: String) { append(field, bytes: text.utf8) }

    /// Appends a field of type string or bytes.
    mutating func append(_ field: Int, bytes text: some Collection<UInt8>) {
        append(tag: field, .lengthDelimited)
        append(varint: UInt64(text.count))
        bytes += text
    }

    /// Appends a field of type string that holds `text[range]`.
    mutating func append(_ field: Int, _ text: borrowing RawSpan, in range: Range<Int>) {
        append(tag: field, .lengthDelimited)
        append(varint: UInt64(range.count))
        text.append(range, to: &bytes)
    }

    /// Appends a field whose bytes `write` appends: a message, or a string.
    ///
    /// Its length stands before it in one byte; where it needs more, what was written moves.
    mutating func append(_ field: Int, _ write: (inout Message) -> Void) {
        append(tag: field, .lengthDelimited)
        let start = bytes.count
        bytes.append(0)
        write(&self)
        let length = UInt64(bytes.count - start - 1)
        let more = Self.varintLength(length) - 1
        if more > 0 { bytes.insert(contentsOf: repeatElement(0, count: more), at: start) }
        var rest = length
        for index in start..<start + more {
            bytes[index] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
        }
        bytes[start + more] = UInt8(truncatingIfNeeded: rest)
    }

    /// Appends fields that were put together before.
    mutating func append(fields: [UInt8]) { bytes += fields }

    /// Appends one byte of a field that is being written.
    mutating func append(byte: UInt8) { bytes.append(byte) }

    /// Appends a number in groups of seven bits, the least significant first.
    mutating func append(varint value: UInt64) {
        bytes.append(addingCapacity: Self.mostOfNumber) { $0.append(varint: value) }
    }

    /// Forgets the fields and keeps the room.
    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    private mutating func append(tag field: Int, _ type: WireType) {
        append(varint: UInt64(field) << 3 | type.rawValue)
    }

    private static func varintLength(_ value: UInt64) -> Int {
        (UInt64.bitWidth - (value | 1).leadingZeroBitCount + 6) / 7
    }
}

extension OutputSpan<UInt8> {
    /// Appends a field of type uint32, uint64, int64 or enum.
    @inline(__always)
    mutating func append(_ field: Int, unsigned value: UInt64) {
        append(tag: field, .varint)
        append(varint: value)
    }

    /// Appends a field of type sint32 or sint64.
    @inline(__always)
    mutating func append(_ field: Int, signed value: Int64) {
        append(field, unsigned: UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    @inline(__always)
    fileprivate mutating func append(tag field: Int, _ type: Message.WireType) {
        append(varint: UInt64(field) << 3 | type.rawValue)
    }

    @inline(__always)
    fileprivate mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}
