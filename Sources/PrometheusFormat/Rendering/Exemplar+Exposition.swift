import TelemetryMetrics

extension UInt64 {
    /// One of its sixteen lower-case hexadecimal digits, the most significant one at 0.
    func hexDigit(at position: Int) -> UInt8 {
        let digit = UInt8(truncatingIfNeeded: self >> UInt64(60 - position * 4)) & 15
        return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}

extension [Exemplar?] {
    /// The one with the latest time, nil where there is none.
    var newest: Exemplar? {
        var newest: Exemplar?
        for case let exemplar? in self where exemplar.milliseconds >= newest?.milliseconds ?? 0 {
            newest = exemplar
        }
        return newest
    }
}
