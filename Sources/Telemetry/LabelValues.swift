/// The values of a series' labels, as `LabelWriter.withValues` gives them and a lookup reads them.
///
/// Each value begins with its length in eight bytes. A value of up to 15 bytes follows as `words`, so that hashing and
/// comparing don't depend on the length. A longer one follows as it is, padded to a multiple of eight bytes.
public enum LabelValues {
    /// Up to here a value is two words: as many bytes as lie in a `String` itself.
    @inlinable public static var longestInWords: Int { 15 }

    /// The bytes that a value of `length` takes, with its length.
    @inlinable
    @inline(__always)
    public static func size(ofLength length: Int) -> Int {
        length <= longestInWords ? 24 : 8 &+ ((length &+ 7) & ~7)
    }

    /// Up to 15 bytes as two words in memory order, filled up with zeros.
    @unsafe
    static func words(_ base: UnsafeRawPointer, _ length: Int) -> (low: UInt64, high: UInt64) {
        func part<Part: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _: Part.Type) -> UInt64 {
            UInt64(truncatingIfNeeded: unsafe base.loadUnaligned(fromByteOffset: offset, as: Part.self))
        }
        // The last bytes again, where they are in the word.
        func last<Part: FixedWidthInteger & BitwiseCopyable>(_: Part.Type) -> UInt64 {
            let offset = length &- MemoryLayout<Part>.size
            return part(offset, Part.self) << (8 &* offset)
        }
        switch length {
        case 8...: return (part(0, UInt64.self), part(length &- 8, UInt64.self) >> (8 &* (16 &- length)))
        case 4...: return (part(0, UInt32.self) | last(UInt32.self), 0)
        case 2...: return (part(0, UInt16.self) | last(UInt16.self), 0)
        case 1: return (part(0, UInt8.self), 0)
        default: return (0, 0)
        }
    }

    /// The words and the length of a string whose bytes lie in itself; nil of one that leads to them.
    ///
    /// How they lie there is the standard library's own affair, so a test compares. Its UTF-8 view would copy them to
    /// memory and have them read from there by other pieces, for which a processor waits.
    @inlinable
    @inline(__always)
    static func words(in text: String) -> (low: UInt64, high: UInt64, length: Int)? {
        #if _pointerBitWidth(_64) && _endian(little)
        let (low, high) = unsafe unsafeBitCast(text, to: (UInt64, UInt64).self)
        guard high & 1 &<< 61 != 0 else { return nil }
        return (low, high & (1 &<< 56 &- 1), Int(truncatingIfNeeded: high &>> 56 & 0xF))
        #else
        return nil
        #endif
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
                let bytes = bytes(low: word(1), high: word(2))
                unsafe body(bytes.span.bytes.extracting(first: length))
            } else {
                body(values.extracting(position + 8..<position + 8 + length))
            }
            position += size(ofLength: length)
        }
    }

    /// The bytes that are `words`; the rest is zeros.
    private static func bytes(low: UInt64, high: UInt64) -> InlineArray<16, UInt8> {
        InlineArray { place in UInt8(truncatingIfNeeded: (place < 8 ? low : high) >> (place % 8 * 8)) }
    }
}
