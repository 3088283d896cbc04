/// The values of a series' labels, as `LabelWriter.withValues` gives them and a lookup reads them.
///
/// Each value begins with its length in eight bytes. A value of up to 16 bytes follows as `words`, so that hashing and
/// comparing don't depend on the length. A longer one follows as it is, padded to a multiple of eight bytes.
public enum LabelValues {
    /// Up to here a value is two words.
    @inlinable public static var longestInWords: Int { 16 }

    /// The bytes that a value of `length` takes, with its length.
    @inlinable
    @inline(__always)
    public static func size(ofLength length: Int) -> Int {
        length <= longestInWords ? 24 : 8 &+ ((length &+ 7) & ~7)
    }

    /// Up to 16 bytes as two words, which overlap where they are fewer: with the length they tell all bytes.
    @unsafe
    @inlinable
    @inline(__always)
    public static func words(_ base: UnsafeRawPointer, _ length: Int) -> (low: UInt64, high: UInt64) {
        if length >= 8 {
            return (
                unsafe base.loadUnaligned(as: UInt64.self),
                unsafe base.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
            )
        }
        if length >= 4 {
            return (
                UInt64(unsafe base.loadUnaligned(as: UInt32.self)),
                UInt64(unsafe base.loadUnaligned(fromByteOffset: length &- 4, as: UInt32.self))
            )
        }
        if length >= 2 {
            return (
                UInt64(unsafe base.loadUnaligned(as: UInt16.self)),
                UInt64(unsafe base.loadUnaligned(fromByteOffset: length &- 2, as: UInt16.self))
            )
        }
        return (length > 0 ? UInt64(unsafe base.load(as: UInt8.self)) : 0, 0)
    }

    /// Calls `body` with each of the values.
    package static func forEach(in values: borrowing RawSpan, _ body: (borrowing RawSpan) -> Void) {
        var position = 0
        while position < values.byteCount {
            // Any eight bytes are a number; bounds are checked.
            func word(_ index: Int) -> UInt64 {
                unsafe values.unsafeLoadUnaligned(fromByteOffset: position + index * 8, as: UInt64.self)
            }
            let length = Int(word(0))
            if length <= longestInWords {
                let bytes = bytes(low: word(1), high: word(2), length)
                unsafe body(bytes.span.bytes.extracting(first: length))
            } else {
                body(values.extracting(position + 8..<position + 8 + length))
            }
            position += size(ofLength: length)
        }
    }

    /// The bytes that are `words`; the rest is zeros.
    private static func bytes(low: UInt64, high: UInt64, _ length: Int) -> InlineArray<16, UInt8> {
        let part = length >= 8 ? 8 : length >= 4 ? 4 : min(length, 2)
        return InlineArray { place in
            guard place < length else { return 0 }
            let (word, byte) = place < part ? (low, place) : (high, place - (length - part))
            return UInt8(truncatingIfNeeded: word >> UInt64(byte * 8))
        }
    }
}
