/// Puts values together as bytes: numbers in memory order, texts and lists with their length before them.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write<Value: FixedWidthInteger>(_ value: Value) {
        for shift in stride(from: 0, to: Value.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    mutating func write(_ value: Double) { write(value.bitPattern) }

    mutating func write(_ value: Bool) { write(value ? 1 : 0 as UInt8) }

    mutating func write(_ text: String) {
        write(UInt32(text.utf8.count))
        bytes += text.utf8
    }

    mutating func write<Element>(_ list: [Element], _ one: (inout ByteWriter, Element) -> Void) {
        write(UInt32(list.count))
        for element in list { one(&self, element) }
    }

    mutating func write<Value>(_ value: Value?, _ one: (inout ByteWriter, Value) -> Void) {
        write(value != nil)
        if let value { one(&self, value) }
    }
}

/// Takes bytes apart that somebody wrote with `ByteWriter`, or that anybody else did.
struct ByteReader {
    /// What was read is not what was written.
    struct Mistake: Error {}

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// What was not read yet.
    var rest: [UInt8] { Array(bytes[position...]) }

    var isAtEnd: Bool { position == bytes.count }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) throws(Mistake) -> Value
    {
        let size = Value.bitWidth / 8
        guard bytes.count - position >= size else { throw Mistake() }
        var value: Value = 0
        for index in (0..<size).reversed() { value = value << 8 | Value(bytes[position + index]) }
        position += size
        return value
    }

    mutating func double() throws(Mistake) -> Double { Double(bitPattern: try integer()) }

    mutating func boolean() throws(Mistake) -> Bool {
        switch try integer(UInt8.self) {
        case 0: false
        case 1: true
        default: throw Mistake()
        }
    }

    mutating func text() throws(Mistake) -> String {
        let count = Int(try integer(UInt32.self))
        guard bytes.count - position >= count,
            let text = String(validating: bytes[position..<position + count], as: UTF8.self)
        else { throw Mistake() }
        position += count
        return text
    }

    mutating func list<Element>(
        _ one: (inout ByteReader) throws(Mistake) -> Element
    ) throws(Mistake) -> [Element] {
        let count = Int(try integer(UInt32.self))
        // No element takes less than a byte.
        guard count <= bytes.count - position else { throw Mistake() }
        var list: [Element] = []
        for _ in 0..<count { list.append(try one(&self)) }
        return list
    }

    mutating func optional<Value>(
        _ one: (inout ByteReader) throws(Mistake) -> Value
    ) throws(Mistake) -> Value? {
        try boolean() ? try one(&self) : nil
    }
}
