import Bytes

extension Message {
    /// Appends the labels of a Metric, read back from the rendered text of a series; what isn't such text ends the labels.
    mutating func append(labels text: borrowing RawSpan, _ escaping: NameEscaping) {
        var position = 0
        while let label = LabelPlace(in: text, at: position) {
            append(MetricField.label) { pair in
                pair.append(name: label, of: text, escaping)
                pair.append(value: label, of: text)
            }
            position = label.end
        }
    }

    private mutating func append(name label: LabelPlace, of text: borrowing RawSpan, _ escaping: NameEscaping)
    {
        guard label.isQuoted else { return append(LabelField.name, text.extracting(label.name)) }
        var name: [UInt8] = []
        label.appendName(in: text, escaping, to: &name)
        append(LabelField.name, bytes: name)
    }

    private mutating func append(value label: LabelPlace, of text: borrowing RawSpan) {
        guard label.isEscaped else { return append(LabelField.value, text.extracting(label.value)) }
        var value: [UInt8] = []
        LabelPlace.appendUnescaped(text, label.value, to: &value)
        append(LabelField.value, bytes: value)
    }
}
