/// Base64 as RFC 4648 has it; nil for anything that it would not write.
package enum Base64 {
    /// Reads the alphabet of section 4, whose last group is padded.
    package static func decode(_ text: Substring.UTF8View) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var digits = text[...]
        var padding = 0
        while padding < 2, digits.last == UInt8(ascii: "=") {
            digits = digits.dropLast()
            padding += 1
        }
        return bytes(of: digits, others: (UInt8(ascii: "+"), UInt8(ascii: "/")))
    }

    /// Reads the alphabet of section 5, for URLs, without padding.
    package static func decodeURL(_ text: Substring.UTF8View) -> [UInt8]? {
        bytes(of: text, others: (UInt8(ascii: "-"), UInt8(ascii: "_")))
    }

    private static func bytes(of digits: Substring.UTF8View, others: (UInt8, UInt8)) -> [UInt8]? {
        guard digits.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var count = 0
        for digit in digits {
            let value: UInt8
            switch digit {
            case 65...90: value = digit - 65
            case 97...122: value = digit - 71
            case 48...57: value = digit + 4
            case others.0: value = 62
            case others.1: value = 63
            default: return nil
            }
            bits = bits << 6 | UInt32(value)
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
        // Bits that are no byte would make several texts of the same bytes.
        guard bits & (1 << UInt32(count) - 1) == 0 else { return nil }
        return bytes
    }
}
