/// Reads the decimal numbers of both formats: no hexadecimal, no underscores, no blanks.
enum NumberParser {
    /// The value of a number, NaN and the infinities included; nil when malformed or beyond a double's range.
    static func value(_ bytes: ArraySlice<UInt8>) -> Double? {
        finite(bytes) ?? special(bytes)
    }

    /// The value of a number that is neither NaN nor infinite.
    static func finite(_ bytes: ArraySlice<UInt8>) -> Double? {
        guard let shape = DecimalShape(bytes) else { return nil }
        if let integer = shape.smallInteger {
            return integer
        }
        guard let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    /// A signed integer of at most 64 bits.
    static func integer(_ bytes: ArraySlice<UInt8>) -> Int64? {
        Int64(String(decoding: bytes, as: UTF8.self))
    }

    private static func special(_ bytes: ArraySlice<UInt8>) -> Double? {
        guard bytes.count <= 9 else { return nil }
        switch String(decoding: bytes, as: UTF8.self).lowercased() {
        case "nan": return .nan
        case "inf", "+inf", "infinity", "+infinity": return .infinity
        case "-inf", "-infinity": return -.infinity
        default: return nil
        }
    }
}

/// A decimal number that was checked against the grammar of OpenMetrics.
private struct DecimalShape {
    /// The value when it is an integer of at most 15 digits, which a double holds exactly.
    private(set) var smallInteger: Double?

    init?(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        let sign = rest.first
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            rest = rest.dropFirst()
        }
        let whole = Self.takeDigits(&rest)
        if rest.isEmpty, (1...15).contains(whole.count) {
            let magnitude = whole.reduce(0.0) { $0 * 10 + Double($1 - UInt8(ascii: "0")) }
            smallInteger = sign == UInt8(ascii: "-") ? -magnitude : magnitude
            return
        }
        var fractionCount = 0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fractionCount = Self.takeDigits(&rest).count
        }
        guard whole.count + fractionCount > 0, Self.takeExponent(&rest), rest.isEmpty else { return nil }
    }

    private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest[digits.endIndex...]
        return digits
    }

    /// Whether there is no exponent or a complete one, which it takes.
    private static func takeExponent(_ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") else { return true }
        rest = rest.dropFirst()
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
            rest = rest.dropFirst()
        }
        return !takeDigits(&rest).isEmpty
    }
}
