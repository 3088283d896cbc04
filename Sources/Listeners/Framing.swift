/// How a stream of bytes is cut into frames; no frame is empty.
package enum Framing: Equatable, Sendable {
    /// Lines of at most `limit` bytes; the carriage return before a newline and empty lines are left out.
    ///
    /// The end of the stream ends the last line too.
    case newline(limit: Int)
    /// Each frame has its length ahead of it, at most `limit`; frames of no length are left out.
    case lengthPrefix(LengthPrefix, limit: Int)

    /// The longest frame that is handed out, in bytes; a longer one is skipped to its end.
    package var limit: Int {
        switch self {
        case .newline(let limit), .lengthPrefix(_, let limit): limit
        }
    }
}

/// The form of the number that stands ahead of a frame and says how many bytes follow.
package enum LengthPrefix: Equatable, Sendable {
    /// Two bytes, the high one first.
    case bigEndian16
    /// Four bytes, the highest one first.
    case bigEndian32
    /// Two bytes, the low one first.
    case littleEndian16
    /// Four bytes, the lowest one first, as DogStatsD's stream sockets take them.
    case littleEndian32

    /// In bytes.
    var width: Int {
        switch self {
        case .bigEndian16, .littleEndian16: 2
        case .bigEndian32, .littleEndian32: 4
        }
    }

    /// `number`, of which `count` bytes are known, with the next byte.
    func add(_ byte: UInt8, to number: UInt32, count: Int) -> UInt32 {
        switch self {
        case .bigEndian16, .bigEndian32: number << 8 | UInt32(byte)
        case .littleEndian16, .littleEndian32: number | UInt32(byte) << (8 * count)
        }
    }
}
