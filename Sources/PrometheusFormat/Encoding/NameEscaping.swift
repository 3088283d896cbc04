import Bytes
import TelemetryMetrics

/// How names outside of Prometheus' legacy character set stand on a page; others stand as they are.
///
/// As in prometheus/common, `model/metric.go`, but that `:` is of the set in names of metrics only.
package enum NameEscaping: String, Sendable, Hashable, CaseIterable {
    /// As they are, in text between quotes.
    case allowUTF8 = "allow-utf-8"
    /// With `_` for each other character.
    case underscores
    /// With `_dot_` for a dot, and `__` for `_` and for each other character.
    case dots
    /// With `U__` before it, `__` for `_`, and the number of each other character: `_2e_` for a dot.
    case values

    /// Appends a name, UTF-8, that is outside of the legacy character set.
    func append(_ name: some Sequence<UInt8>, isLabel: Bool, to output: inout [UInt8]) {
        if self == .allowUTF8 { return output.append(contentsOf: name) }
        if self == .values { output += "U__".utf8 }
        var isFirst = true
        var decoder = UTF8()
        var bytes = name.makeIterator()
        while true {
            switch decoder.decode(&bytes) {
            case .scalarValue(let scalar): append(scalar, isLabel: isLabel, isFirst: isFirst, to: &output)
            case .error: output += self == .values ? "_FFFD_".utf8 : "_".utf8
            case .emptyInput: return
            }
            isFirst = false
        }
    }

    /// The name of a label of any character set, without quotes.
    func labelName(_ name: String) -> [UInt8] {
        guard !PrometheusName.isLabel(name.utf8) else { return Array(name.utf8) }
        var escaped: [UInt8] = []
        append(name.utf8, isLabel: true, to: &escaped)
        return escaped
    }

    private func append(_ scalar: Unicode.Scalar, isLabel: Bool, isFirst: Bool, to output: inout [UInt8]) {
        if let byte = UInt8(exactly: scalar.value), byte != .underscore,
            byte.isLetter || byte.isDigit && !isFirst || byte == .colon && !isLabel
        {
            return output.append(byte)
        }
        switch self {
        case .values where scalar != "_": output += "_\(String(scalar.value, radix: 16))_".utf8
        case .dots where scalar == ".": output += "_dot_".utf8
        case .values, .dots: output += "__".utf8
        case .underscores, .allowUTF8: output.append(.underscore)
        }
    }
}
