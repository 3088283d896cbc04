import Telemetry

/// The label text of a series with its hash, to find a handler of that series in the cache.
struct SeriesKey: Sendable {
    let hash: UInt64
    /// Eight bytes each; where the length is no multiple of eight, the last one overlaps the one before.
    private let words: [UInt64]
    private let byteCount: Int

    init(_ text: borrowing RawSpan, hash: UInt64) {
        self.hash = hash
        byteCount = text.byteCount
        words = (0..<(byteCount + 7) / 8).map { Self.word($0, of: text) }
    }

    /// Whether it is the one of `text`, which has that hash.
    func isOf(_ text: borrowing RawSpan, hash: UInt64) -> Bool {
        guard self.hash == hash, byteCount == text.byteCount else { return false }
        guard byteCount >= 8 else { return byteCount == 0 || words[0] == Self.short(text) }
        var difference: UInt64 = 0
        for place in words.indices { difference |= words[place] ^ Self.long(place, of: text) }
        return difference == 0
    }

    private static func word(_ place: Int, of text: borrowing RawSpan) -> UInt64 {
        text.byteCount < 8 ? short(text) : long(place, of: text)
    }

    @inline(__always)
    private static func long(_ place: Int, of text: borrowing RawSpan) -> UInt64 {
        // Checks the bounds, and any eight bytes are a UInt64: there is no unchecked part.
        unsafe text.unsafeLoadUnaligned(
            fromByteOffset: min(place &* 8, text.byteCount &- 8), as: UInt64.self)
    }

    private static func short(_ text: borrowing RawSpan) -> UInt64 {
        var word: UInt64 = 0
        for offset in 0..<text.byteCount {
            // As above, with any byte.
            word = word << 8 | UInt64(unsafe text.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
        }
        return word
    }
}
