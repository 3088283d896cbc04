/// Writes numbers as the exposition formats spell them; every result reads back as the same `Double`.
package enum NumberFormat {
    /// The largest magnitude up to which every integer is a `Double`: 2^53.
    static let exactIntegers = 9_007_199_254_740_992.0

    /// Appends the canonical form of `le` and `quantile`: `1.0`, `100000.0`, `1e+06`, `1e-05`, `+Inf`.
    package static func appendCanonical(_ value: Double, to output: inout [UInt8]) {
        let start = output.count
        appendShortest(value, to: &output)
        let hasPointOrExponent = output[start...].contains { byte in
            byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e")
        }
        if value.isFinite, !hasPointOrExponent {
            output.append(contentsOf: ".0".utf8)
        }
    }

    /// Appends the shortest digits that round-trip, laid out as Go's `strconv` does for `'g'` and -1.
    ///
    /// The exponent form is used below 1e-04 and from 1e+06 on.
    package static func appendShortest(_ value: Double, to output: inout [UInt8]) {
        guard value.isFinite else {
            let text = value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf"
            output.append(contentsOf: text.utf8)
            return
        }
        if value.sign == .minus {
            output.append(UInt8(ascii: "-"))
        }
        DecimalDigits(value.magnitude).append(to: &output)
    }
}
