/// Reads what `OutputRawSpan.put` wrote, in the same order; nil where the bytes end before.
package struct ValueReader {
    /// Where the next value begins.
    package private(set) var offset = 0

    /// Begins at the first byte.
    package init() {}

    /// The next integer.
    package mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(in bytes: RawSpan) -> Value? {
        let size = MemoryLayout<Value>.size
        guard size <= bytes.byteCount - offset else { return nil }
        defer { offset += size }
        // Any bytes are an integer, and the bounds are checked.
        return unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self)
    }

    /// The next text, each invalid sequence replaced by U+FFFD.
    package mutating func text(in bytes: RawSpan) -> String? {
        guard let size: UInt32 = integer(in: bytes), Int(size) <= bytes.byteCount - offset else { return nil }
        defer { offset += Int(size) }
        return bytes.text(in: offset..<offset + Int(size))
    }
}
