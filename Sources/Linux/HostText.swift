import Bytes

/// The syntax of host names and IP addresses; nothing is resolved.
enum HostText {
    /// Four decimal numbers up to 255, without leading zeros, which some systems read as octal.
    static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part.utf8.allSatisfy(\.isDigit) && UInt8(part).map { String($0) == part } == true
            }
    }

    /// Eight groups, or fewer around one `::`, the last two perhaps as IPv4, and perhaps a zone such as `%eth0`.
    static func isIPv6(_ text: Substring) -> Bool {
        guard text.utf8.count <= longestIPv6 else { return false }
        let zoned = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        if zoned.count == 2, !isZone(zoned[1]) { return false }
        let halves = sides(of: zoned[0])
        switch halves.count {
        case 1: return groups(in: halves[0], last: true) == 8
        case 2:
            guard let head = groups(in: halves[0], last: false), let tail = groups(in: halves[1], last: true)
            else {
                return false
            }
            return head + tail < 8
        default: return false
        }
    }

    /// Eight groups, the last two as IPv4, and a zone, which is an interface's name: far shorter than this.
    private static let longestIPv6 = 128

    /// Letters, digits, `-` and `_` in labels of 1 to 63 bytes, not all digits and dots.
    static func isName(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2d || $0 == 0x5f }
            }
            && labels.last?.utf8.allSatisfy(\.isDigit) == false
    }

    private static func isZone(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2d || $0 == 0x2e || $0 == 0x5f }
    }

    /// The text around each `::`.
    private static func sides(of text: Substring) -> [Substring] {
        var sides: [Substring] = []
        var rest = text
        while let first = rest.utf8.indices.first(where: { rest[$0...].hasPrefix("::") }) {
            sides.append(rest[..<first])
            rest = rest[first...].dropFirst(2)
        }
        return sides + [rest]
    }

    /// How many 16-bit groups `text` has, or nil if one is malformed; only the last may be IPv4, which counts as two.
    private static func groups(in text: Substring, last: Bool) -> Int? {
        guard !text.isEmpty else { return 0 }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var count = 0
        for (index, part) in parts.enumerated() {
            if last, index == parts.count - 1, isIPv4(part) {
                count += 2
            } else if (1...4).contains(part.utf8.count), part.utf8.allSatisfy(\.isHexDigit) {
                count += 1
            } else {
                return nil
            }
        }
        return count
    }
}
