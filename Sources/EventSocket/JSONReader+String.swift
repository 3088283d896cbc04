import Bytes
import TelemetryMetrics

extension JSONReader {
    /// Reads a string with its quotes and appends its content, unescaped, to `text`; answers where it lies there.
    mutating func readString(
        _ line: RawSpan, appendingTo text: inout [UInt8]
    ) throws(EventLineError) -> Range<Int> {
        let start = text.count
        try expect(.quote, line)
        while true {
            guard let byte = peek(line) else { throw error(.unexpectedEnd) }
            switch byte {
            case .quote:
                advance(by: 1)
                return start..<text.count
            case UInt8(ascii: "\\"):
                Self.append(try readEscape(line), to: &text)
            case 0x20..<0x80:
                let run = position..<plainEnd(line)
                line.append(run, to: &text)
                advance(by: run.count)
            case 0x80...:
                let length = try sequenceLength(line)
                line.append(position..<position + length, to: &text)
                advance(by: length)
            default:
                throw error(.badString)
            }
        }
    }

    /// Checks a string like `readString` and keeps nothing of it.
    mutating func skipString(_ line: RawSpan) throws(EventLineError) {
        try expect(.quote, line)
        while true {
            guard let byte = peek(line) else { throw error(.unexpectedEnd) }
            switch byte {
            case .quote: return advance(by: 1)
            case UInt8(ascii: "\\"): _ = try readEscape(line)
            case 0x20..<0x80: advance(by: plainEnd(line) - position)
            case 0x80...: advance(by: try sequenceLength(line))
            default: throw error(.badString)
            }
        }
    }

    /// Where the run of ASCII ends that stands for itself.
    private func plainEnd(_ line: RawSpan) -> Int {
        var end = position
        while end < line.byteCount {
            let byte = line[byte: end]
            guard byte >= 0x20, byte < 0x80, byte != .quote, byte != UInt8(ascii: "\\") else { break }
            end += 1
        }
        return end
    }

    private mutating func readEscape(_ line: RawSpan) throws(EventLineError) -> Unicode.Scalar {
        let start = position
        advance(by: 1)
        guard let byte = peek(line) else { throw error(.unexpectedEnd) }
        advance(by: 1)
        switch byte {
        case .quote: return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try readUnicodeEscape(line, start)
        default: throw EventLineError(cause: .badString, offset: start)
        }
    }

    private mutating func readUnicodeEscape(
        _ line: RawSpan, _ start: Int
    ) throws(EventLineError) -> Unicode.Scalar {
        let first = try readFourHex(line)
        if let scalar = Unicode.Scalar(first) { return scalar }
        let half = EventLineError(cause: .badString, offset: start)
        // What is no scalar is one half of a pair: the second must follow at once, as another escape.
        guard first < 0xdc00, take(UInt8(ascii: "\\"), line), take(UInt8(ascii: "u"), line) else {
            throw half
        }
        let second = try readFourHex(line)
        guard (0xdc00..<0xe000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw half }
        return scalar
    }

    private mutating func readFourHex(_ line: RawSpan) throws(EventLineError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(line) else { throw error(.unexpectedEnd) }
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"):
                value = value << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: throw error(.badString)
            }
            advance(by: 1)
        }
        return value
    }

    /// The length of the multi-byte sequence here, checked against table 3-7 of the Unicode standard.
    private func sequenceLength(_ line: RawSpan) throws(EventLineError) -> Int {
        let (length, second) = try secondByte(after: line[byte: position])
        guard position + length <= line.byteCount, second.contains(line[byte: position + 1]) else {
            throw error(.badUTF8)
        }
        for offset in position + 2..<position + length where line[byte: offset] & 0xc0 != 0x80 {
            throw error(.badUTF8)
        }
        return length
    }

    private func secondByte(after first: UInt8) throws(EventLineError) -> (Int, ClosedRange<UInt8>) {
        switch first {
        case 0xc2...0xdf: (2, 0x80...0xbf)
        case 0xe0: (3, 0xa0...0xbf)
        case 0xed: (3, 0x80...0x9f)
        case 0xe1...0xef: (3, 0x80...0xbf)
        case 0xf0: (4, 0x90...0xbf)
        case 0xf1...0xf3: (4, 0x80...0xbf)
        case 0xf4: (4, 0x80...0x8f)
        default: throw error(.badUTF8)
        }
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout [UInt8]) {
        text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
}
