import TelemetryMetrics

/// Writes exemplars as OpenMetrics has them behind a value.
///
/// Their labels have 63 code points, below the 128 that OpenMetrics allows.
enum ExemplarText {
    /// Appends ` # {trace_id="…",span_id="…"} value timestamp`.
    static func append(_ exemplar: Exemplar, to page: inout TextBuffer) {
        page.append(" # {trace_id=\"")
        appendHex(exemplar.traceHigh, to: &page)
        appendHex(exemplar.traceLow, to: &page)
        page.append("\",span_id=\"")
        appendHex(exemplar.spanID, to: &page)
        page.append("\"} ")
        page.append(exemplar.value)
        page.append(UInt8(ascii: " "))
        page.append(secondsOf: exemplar.milliseconds)
    }

    private static func appendHex(_ number: UInt64, to page: inout TextBuffer) {
        for position in 0..<16 { page.append(number.hexDigit(at: position)) }
    }
}

extension TextBuffer {
    /// Appends milliseconds as seconds with three decimals.
    mutating func append(secondsOf milliseconds: UInt64) {
        append(milliseconds / 1000)
        append(UInt8(ascii: "."))
        let rest = milliseconds % 1000
        if rest < 100 { append(UInt8(ascii: "0")) }
        if rest < 10 { append(UInt8(ascii: "0")) }
        append(rest)
    }
}
