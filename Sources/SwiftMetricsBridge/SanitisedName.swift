import TelemetryMetrics

/// Names as Prometheus takes them, made from labels and dimensions, which may be any text.
enum SanitisedName {
    /// Whatever is no letter, digit, `_` or `:` becomes `_`, and a digit at the start gets one before it.
    static func metric(_ label: String) -> String {
        sanitised(label) { PrometheusName.isLetter($0) || $0 == UInt8(ascii: ":") }
    }

    /// Whatever is no letter, digit or `_` becomes `_`, and a digit at the start gets one before it.
    static func dimension(_ name: String) -> String {
        sanitised(name, isLetter: PrometheusName.isLetter)
    }

    private static func sanitised(_ text: String, isLetter: (UInt8) -> Bool) -> String {
        guard let first = text.utf8.first else { return "_" }
        var name = PrometheusName.isDigit(first) ? "_" : ""
        for scalar in text.unicodeScalars {
            let isFine =
                scalar.isASCII
                && (isLetter(UInt8(ascii: scalar)) || PrometheusName.isDigit(UInt8(ascii: scalar)))
            name.unicodeScalars.append(isFine ? scalar : "_")
        }
        return name
    }
}
