/// The shortest decimal digits of a finite, non-negative double: `0.d₁d₂d₃… × 10^point`.
struct DecimalDigits {
    /// A double's shortest form has at most 17 digits.
    private var digits = InlineArray<17, UInt8>(repeating: UInt8(ascii: "0"))
    private var count = 0
    private var point = 0

    init(_ value: Double) {
        var pointSeen = false
        var exponent = 0
        var exponentIsNegative = false
        var inExponent = false
        for byte in value.description.utf8 {
            switch byte {
            case UInt8(ascii: "."): pointSeen = true
            case UInt8(ascii: "e"): inExponent = true
            case UInt8(ascii: "-"): exponentIsNegative = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if inExponent {
                    exponent = exponent * 10 + Int(byte - UInt8(ascii: "0"))
                } else {
                    add(byte, afterPoint: pointSeen)
                }
            default: break
            }
        }
        point += exponentIsNegative ? -exponent : exponent
        while count > 0, digits[count - 1] == UInt8(ascii: "0") {
            count -= 1
        }
        if count == 0 {
            count = 1
            point = 1
        }
    }

    private mutating func add(_ digit: UInt8, afterPoint: Bool) {
        if count == 0, digit == UInt8(ascii: "0") {
            point -= afterPoint ? 1 : 0
            return
        }
        point += afterPoint ? 0 : 1
        guard count < 17 else { return }
        digits[count] = digit
        count += 1
    }

    /// Appends the number in the layout of Go's `'g'` format, whose exponent has at least two digits.
    func append(to output: inout [UInt8]) {
        let exponent = point - 1
        if exponent < -4 || exponent >= 6 {
            appendScientific(exponent: exponent, to: &output)
        } else {
            appendPlain(to: &output)
        }
    }

    private func appendScientific(exponent: Int, to output: inout [UInt8]) {
        output.append(digits[0])
        if count > 1 {
            output.append(UInt8(ascii: "."))
            appendDigits(1..<count, to: &output)
        }
        output.append(UInt8(ascii: "e"))
        output.append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        if exponent.magnitude < 10 {
            output.append(UInt8(ascii: "0"))
        }
        output.append(contentsOf: String(exponent.magnitude).utf8)
    }

    private func appendPlain(to output: inout [UInt8]) {
        if point <= 0 {
            output.append(contentsOf: "0.".utf8)
            output.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -point))
            appendDigits(0..<count, to: &output)
            return
        }
        appendDigits(0..<min(point, count), to: &output)
        if point < count {
            output.append(UInt8(ascii: "."))
            appendDigits(point..<count, to: &output)
        } else {
            output.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: point - count))
        }
    }

    private func appendDigits(_ range: Range<Int>, to output: inout [UInt8]) {
        for index in range {
            output.append(digits[index])
        }
    }
}
