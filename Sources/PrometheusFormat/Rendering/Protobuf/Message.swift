import Bytes

/// The bytes of protobuf fields, appended one after the other.
///
/// The wire format is described at <https://protobuf.dev/programming-guides/encoding>.
struct Message: ~Copyable {
    private var buffer: TextBuffer

    fileprivate enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case lengthDelimited = 2
    }

    /// Fields behind what `buffer` holds.
    init(behind buffer: consuming TextBuffer = TextBuffer(capacity: 256)) {
        self.buffer = buffer
    }

    /// The buffer with the fields.
    consuming func finish() -> TextBuffer { buffer }

    /// How many bytes there are.
    var count: Int { buffer.count }

    /// The bytes so far, copied.
    var bytes: [UInt8] { buffer.bytes() }

    /// Forgets the bytes behind the first `count`.
    mutating func removeAll(after count: Int) { buffer.removeAll(after: count) }

    /// Appends a field of type uint32, uint64, int64 or enum.
    @inline(__always)
    mutating func append(_ field: Int, unsigned value: UInt64) {
        buffer.append(atMost: Self.mostOfNumber) { $0.append(field, unsigned: value) }
    }

    /// Appends a field of type sint32 or sint64.
    @inline(__always)
    mutating func append(_ field: Int, signed value: Int64) {
        buffer.append(atMost: Self.mostOfNumber) { $0.append(field, signed: value) }
    }

    @inline(__always)
    mutating func append(_ field: Int, double value: Double) {
        buffer.append(atMost: Self.mostOfNumber) { room in
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
        buffer.append(atMost: count * Self.mostOfNumber, write)
    }

    /// Bytes that the field of a number takes at most: its tag and the number in groups of seven bits.
    private static let mostOfNumber = 20

    mutating func append(_ field: Int, text: String) { append(field, bytes: Array(text.utf8)) }

    /// Appends a field of type string or bytes.
    mutating func append(_ field: Int, bytes: [UInt8]) {
        append(field, unsafe bytes.span.bytes)
    }

    /// Appends a field of type string or bytes.
    @inline(__always)
    mutating func append(_ field: Int, _ bytes: borrowing RawSpan) {
        append(tag: field, .lengthDelimited)
        append(varint: UInt64(bytes.byteCount))
        buffer.append(bytes)
    }

    /// Appends a field whose bytes `write` appends: a message, or a string.
    ///
    /// - Parameter room: bytes that are kept for its length; where it takes others, what was written moves.
    @inline(__always)
    mutating func append(_ field: Int, room: Int = 1, _ write: (inout Message) -> Void) {
        append(tag: field, .lengthDelimited)
        append(delimited: room, write)
    }

    /// Appends what `write` does behind its length, as `append(_:room:_:)`.
    @inline(__always)
    mutating func append(delimited room: Int, _ write: (inout Message) -> Void) {
        let start = count
        buffer.append(atMost: room) { bytes in
            for _ in 0..<room { bytes.append(0) }
        }
        write(&self)
        let length = UInt64(count - start - room)
        buffer.replace(start..<start + room, by: length.varintLength) { $0.append(varint: length) }
    }

    /// Appends fields that were put together before.
    mutating func append(fields: [UInt8]) { buffer.append(fields) }

    /// Appends one byte of a field that is being written.
    mutating func append(byte: UInt8) { buffer.append(byte) }

    /// Appends a number in groups of seven bits, the least significant first.
    @inline(__always)
    mutating func append(varint value: UInt64) {
        buffer.append(atMost: Self.mostOfNumber) { $0.append(varint: value) }
    }

    @inline(__always)
    private mutating func append(tag field: Int, _ type: WireType) {
        append(varint: UInt64(field) << 3 | type.rawValue)
    }
}

extension UInt64 {
    /// How many groups of seven bits it has.
    fileprivate var varintLength: Int { (UInt64.bitWidth - (self | 1).leadingZeroBitCount + 6) / 7 }

    /// The number that stands for `value` in the fields of type sint32 and sint64.
    @inline(__always)
    fileprivate init(zigzag value: Int64) { self.init(bitPattern: value << 1 ^ value >> 63) }
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
        append(field, unsigned: UInt64(zigzag: value))
    }

    /// Appends a BucketSpan, whose length takes one byte.
    @inline(__always)
    mutating func append(_ field: Int, _ span: BucketSpan) {
        let (offset, length) = (UInt64(zigzag: Int64(span.offset)), UInt64(span.length))
        append(tag: field, .lengthDelimited)
        append(varint: UInt64(2 + offset.varintLength + length.varintLength))
        append(SpanField.offset, unsigned: offset)
        append(SpanField.length, unsigned: length)
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
