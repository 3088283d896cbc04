extension RawSpan {
    /// The number that all of `range` spells in decimal, correctly rounded; `nil` for anything else or an overflow.
    ///
    /// Takes an optional sign, digits with an optional point, and an optional exponent: no spaces, no hexadecimal, no
    /// names such as `nan` or `inf`. The fast way is Clinger's: a mantissa and a power of ten that are both exact in
    /// a `Double` need one correctly rounded operation.
    package func decimal(in range: Range<Int>) -> Double? {
        guard let parts = DecimalParts(self, range) else { return nil }
        if let exact = parts.exactValue { return exact }
        guard let value = Double(text(in: range)), value.isFinite else { return nil }
        return value
    }
}

/// A decimal number taken apart: the value is `mantissa` × 10^`exponent` as long as `isComplete`.
private struct DecimalParts {
    private var isNegative = false
    private var mantissa: UInt64 = 0
    private var exponent = 0
    private var isComplete = true
    private var hasDigits = false

    init?(_ bytes: RawSpan, _ range: Range<Int>) {
        var position = range.lowerBound
        let end = range.upperBound
        if position < end, let sign = Self.sign(bytes[byte: position]) {
            isNegative = sign
            position += 1
        }
        position = takeDigits(bytes, position, end, exponentStep: 0)
        if position < end, bytes[byte: position] == UInt8(ascii: ".") {
            position = takeDigits(bytes, position + 1, end, exponentStep: -1)
        }
        guard hasDigits, position == end || takeExponent(bytes, position, end) else { return nil }
    }

    var exactValue: Double? {
        guard isComplete, mantissa <= 1 << 53, abs(exponent) < Self.powers.count else { return nil }
        let power = Self.powers[abs(exponent)]
        let magnitude = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
        return isNegative ? -magnitude : magnitude
    }

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    private static func sign(_ byte: UInt8) -> Bool? {
        switch byte {
        case UInt8(ascii: "-"): true
        case UInt8(ascii: "+"): false
        default: nil
        }
    }

    private mutating func takeDigits(_ bytes: RawSpan, _ start: Int, _ end: Int, exponentStep: Int) -> Int {
        var position = start
        while position < end {
            let digit = bytes[byte: position] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            // Below this another digit cannot overflow; further ones go the slow way.
            if mantissa < 1_000_000_000_000_000_000 {
                mantissa = mantissa * 10 + UInt64(digit)
                exponent += exponentStep
            } else {
                isComplete = false
            }
            hasDigits = true
            position += 1
        }
        return position
    }

    private mutating func takeExponent(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Bool {
        guard bytes[byte: start] | 0x20 == UInt8(ascii: "e") else { return false }
        var position = start + 1
        var isDown = false
        if position < end, let sign = Self.sign(bytes[byte: position]) {
            isDown = sign
            position += 1
        }
        guard position < end else { return false }
        var power = 0
        while position < end {
            let digit = bytes[byte: position] &- UInt8(ascii: "0")
            guard digit < 10 else { return false }
            power = min(power * 10 + Int(digit), 100_000)
            position += 1
        }
        exponent += isDown ? -power : power
        return true
    }
}
