import Telemetry

/// What stands between the values of two labels in the text of a series, such as `",code="`, ready to be copied.
struct LabelStart: Sendable {
    private let low: UInt64
    private let high: UInt64
    let length: Int
    let text: [UInt8]

    private init(before label: String, isFirst: Bool) {
        var text = isFirst ? [] : Array("\",".utf8)
        PrometheusName.appendLabelName(label.utf8, to: &text)
        self.init(text + "=\"".utf8)
    }

    init(_ text: [UInt8]) {
        self.text = text
        length = self.text.count
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
            bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        low = word(self.text.prefix(8))
        high = word(self.text.dropFirst(8).prefix(8))
    }

    /// What stands before the value of each of `labels`, and behind the last one; empty for no labels.
    static func all(of labels: [String]) -> [LabelStart] {
        guard !labels.isEmpty else { return [] }
        return labels.enumerated().map { LabelStart(before: $1, isFirst: $0 == 0) } + [
            LabelStart([UInt8(ascii: "\"")])
        ]
    }

    @inline(__always)
    func write(to writer: inout LabelWriter) {
        if length <= 16 {
            writer.append(raw: low, high, length: length)
        } else {
            writer.append(raw: text)
        }
    }
}
