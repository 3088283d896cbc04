public import Glibc
public import Synchronization

/// Rows that are found by the values of their labels, without rendering their text.
///
/// Values come as `LabelWriter.withValues` of Telemetry writes them: each with its length in eight bytes before it, and
/// filled up to a multiple of eight. The text of a row has what the table's `starts` say before each value, and `"` at
/// its end. All rows of a table with starts have the hash of their values.
extension Table {
    /// How many labels the rows have; 0 where they are found by their text.
    @inlinable
    public var labelCount: Int { starts.count }

    /// The row of the values, if there is one whose text has them as they are: not one with a value that was escaped.
    ///
    /// There are as many values as labels, or none.
    @inlinable
    @inline(__always)
    public func find(values: borrowing RawSpan) -> Row? {
        unsafe values.withUnsafeBytes { bytes in
            // There are none where they were longer each time they were written, or no labels.
            guard bytes.count > 0, let values = bytes.baseAddress else { return nil }
            let (hash, length) = unsafe hashAndLength(values, bytes.count)
            let current = unsafe RowIndex(index.load(ordering: .sequentiallyConsistent))
            return unsafe current.find(hash: hash, base: base) { row in
                unsafe row.hash == hash && row.textLength == length &+ startBytes
                    && hasValues(row, values)
            }
        }
    }

    /// Calls `body` with each of the values.
    package static func forEach(in values: borrowing RawSpan, _ body: (borrowing RawSpan) -> Void) {
        var position = 0
        while position < values.byteCount {
            // Any eight bytes are a number; bounds are checked.
            let length = unsafe values.unsafeLoad(fromByteOffset: position, as: Int.self)
            body(values.extracting(position + 8..<position + 8 + length))
            position += 8 + paddedLength(length)
        }
    }

    /// How many bytes a value of that length takes behind its length.
    @inlinable
    @inline(__always)
    static func paddedLength(_ length: Int) -> Int { (length &+ 7) & ~7 }

    /// The hash of the row of the values.
    package func hash(ofValues values: borrowing RawSpan) -> UInt64 {
        unsafe values.withUnsafeBytes { bytes in
            // The text of no labels has no values.
            guard bytes.count > 0, let base = bytes.baseAddress else {
                return unsafe RowHash.hash(bytes, seed: seed)
            }
            return unsafe hashAndLength(base, bytes.count).hash
        }
    }

    /// The hash of the values, and their length without what lies between them.
    @inlinable
    @inline(__always)
    func hashAndLength(_ values: UnsafeRawPointer, _ byteCount: Int) -> (hash: UInt64, length: Int) {
        var (state, position, total) = (seed, 0, 0)
        while position < byteCount {
            let length = Int(
                truncatingIfNeeded: unsafe values.load(fromByteOffset: position, as: UInt64.self))
            state = unsafe RowHash.adding(values + (position &+ 8), length, to: state)
            total &+= length
            position &+= 8 &+ Self.paddedLength(length)
        }
        return (RowHash.mix(state, 0x8EBC_6AF0_9C88_C6E3), total)
    }

    /// Whether the text of a row, which is as long as one of these values, is one of them.
    @inlinable
    @inline(__always)
    func hasValues(_ row: Row, _ values: UnsafeRawPointer) -> Bool {
        var text = unsafe UnsafeRawPointer(row.pointer + Row.Layout.cells + cellCount &* 8)
        var position = 0
        for index in 0..<starts.count {
            let length = Int(
                truncatingIfNeeded: unsafe values.load(fromByteOffset: position, as: UInt64.self))
            unsafe text += starts[index]
            guard unsafe Self.areEqual(text, values + (position &+ 8), length) else { return false }
            unsafe text += length
            position &+= 8 &+ Self.paddedLength(length)
        }
        return true
    }

    @inlinable
    @inline(__always)
    static func areEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ count: Int) -> Bool {
        guard count <= 16 else { return unsafe memcmp(left, right, count) == 0 }
        let (low, high) = unsafe RowHash.tail(left, count)
        let (otherLow, otherHigh) = unsafe RowHash.tail(right, count)
        return (low ^ otherLow) | (high ^ otherHigh) == 0
    }
}
