import Bytes

/// The name of a client that numbers its events: 1 to 64 bytes of printable ASCII without `"` and `\`, so that nothing has to be
/// escaped.
package struct ClientName: Hashable, Sendable {
    /// The longest name, in bytes.
    package static let longest = 64
    static let wordCount = 8

    /// The bytes in the order of memory, with zeros behind.
    private let words: SIMD8<UInt64>

    /// Nil for what is no name.
    package init?(_ bytes: some Collection<UInt8>) {
        guard (1...Self.longest).contains(bytes.count) else { return nil }
        var words = SIMD8<UInt64>()
        for (index, byte) in bytes.enumerated() {
            guard Self.isAllowed(byte) else { return nil }
            words[index / 8] |= UInt64(byte) << UInt64(index % 8 * 8)
        }
        self.words = words
    }

    /// What `word` gave for each of the indices; nil for what is no name.
    init?(words: some Collection<UInt64>) {
        let bytes = words.flatMap { word in
            stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: word >> $0) }
        }
        let name = bytes.prefix { $0 != 0 }
        guard bytes[name.endIndex...].allSatisfy({ $0 == 0 }) else { return nil }
        self.init(name)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != .quote && byte != UInt8(ascii: "\\")
    }

    /// Eight bytes of it, for memory that another process reads.
    func word(_ index: Int) -> UInt64 { words[index] }

    /// Its bytes.
    package var bytes: [UInt8] {
        (0..<Self.longest).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> UInt64($0 % 8 * 8)) }
            .filter { $0 != 0 }
    }
}
