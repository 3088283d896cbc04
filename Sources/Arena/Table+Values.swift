public import Glibc
public import Synchronization
public import Telemetry

/// Rows that are found by the values of their labels, without rendering their text.
///
/// Values are laid out as `LabelValues` describes. The text of a row has a fixed start before each value, of the length that
/// the table's `starts` give, and `"` at its end. The hash of a row in such a table is that of its values.
extension Table {
    /// How many labels the rows have; 0 where they are found by their text.
    @inlinable
    public var labelCount: Int { starts.count }

    /// The row of the values, if there is one whose text holds them unescaped; a row with an escaped value is not found.
    ///
    /// There are as many values as labels, or none.
    @inlinable
    @inline(__always)
    public func find(values: borrowing RawSpan) -> Row? {
        unsafe values.withUnsafeBytes { bytes in
            // None: there are no labels, or the values grew with each attempt to write them.
            guard bytes.count > 0, let values = bytes.baseAddress else { return nil }
            let (hash, length) = unsafe hashAndLength(values, bytes.count)
            let current = unsafe RowIndex(index.load(ordering: .sequentiallyConsistent))
            return unsafe current.find(hash: hash, base: base) { row in
                unsafe row.hash(cellCount) == hash && row.textLength(cellCount) == length &+ startBytes
                    && hasValues(row, values)
            }
        }
    }

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

    /// The hash of the values, and the sum of their lengths.
    @inlinable
    @inline(__always)
    func hashAndLength(_ values: UnsafeRawPointer, _ byteCount: Int) -> (hash: UInt64, length: Int) {
        var (state, value, total) = unsafe (seed, values, 0)
        let end = unsafe values + byteCount
        while unsafe value < end {
            let length = unsafe Self.word(0, value)
            total &+= Int(truncatingIfNeeded: length)
            if length <= LabelValues.longestInWords {
                // The state comes last, as it waits for the value before.
                state = unsafe RowHash.mix(
                    Self.word(1, value) ^ 0xE703_7ED1_A0B4_28DB, (Self.word(2, value) ^ length) ^ state)
                unsafe value += 24
            } else {
                let bytes = unsafe UnsafeRawBufferPointer(
                    start: value + 8, count: Int(truncatingIfNeeded: length))
                state = unsafe RowHash.hash(bytes, seed: state ^ length)
                unsafe value += LabelValues.size(ofLength: bytes.count)
            }
        }
        return (RowHash.mix(state, 0x8EBC_6AF0_9C88_C6E3), total)
    }

    /// Whether the text of a row, which is as long as one of these values, is one of them.
    @inlinable
    @inline(__always)
    func hasValues(_ row: Row, _ values: UnsafeRawPointer) -> Bool {
        var text = unsafe UnsafeRawPointer(row.text(cellCount))
        var value = unsafe values
        for index in 0..<starts.count {
            let length = Int(truncatingIfNeeded: unsafe Self.word(0, value))
            unsafe text += starts[index]
            // Whether this label's value begins here: only there does a quote follow `=` directly.
            guard unsafe text.loadUnaligned(fromByteOffset: -2, as: UInt16.self).littleEndian == 0x223D else {
                return false
            }
            // Reads the eight bytes that end with the value and shifts out those before it, which lie in the row's hash at most.
            let last = unsafe text.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
            if length < 8 {
                let word = (last &>> UInt64(truncatingIfNeeded: 8 &* (7 &- length))) &>> 8
                guard unsafe word == Self.word(1, value) else { return false }
                unsafe value += 24
            } else if length <= LabelValues.longestInWords {
                let first = unsafe text.loadUnaligned(as: UInt64.self)
                let word = (last &>> UInt64(truncatingIfNeeded: 8 &* (15 &- length))) &>> 8
                guard unsafe (first ^ Self.word(1, value)) | (word ^ Self.word(2, value)) == 0 else {
                    return false
                }
                unsafe value += 24
            } else {
                guard unsafe memcmp(text, value + 8, length) == 0 else { return false }
                unsafe value += LabelValues.size(ofLength: length)
            }
            unsafe text += length
        }
        return true
    }

    /// One of the words of eight bytes at `value`.
    @inlinable
    @inline(__always)
    static func word(_ index: Int, _ value: UnsafeRawPointer) -> UInt64 {
        unsafe value.load(fromByteOffset: index &* 8, as: UInt64.self)
    }
}
