import TelemetryMetrics

extension Message {
    mutating func append(_ field: Int, _ exemplar: Exemplar) {
        append(field) { message in
            message.append(identifier: "trace_id", [exemplar.traceHigh, exemplar.traceLow])
            message.append(identifier: "span_id", [exemplar.spanID])
            message.append(ExemplarField.value, double: exemplar.value)
            message.append(ExemplarField.timestamp, milliseconds: exemplar.milliseconds)
        }
    }

    /// Appends a Timestamp of milliseconds since the Unix epoch.
    mutating func append(_ field: Int, milliseconds: UInt64) {
        append(field) { message in
            message.append(TimestampField.seconds, unsigned: milliseconds / 1000)
            message.append(TimestampField.nanoseconds, unsigned: milliseconds % 1000 * 1_000_000)
        }
    }

    private mutating func append(identifier name: String, _ words: [UInt64]) {
        append(ExemplarField.label) { label in
            label.append(LabelField.name, text: name)
            label.append(LabelField.value) { value in
                for word in words {
                    for position in 0..<16 { value.append(byte: word.hexDigit(at: position)) }
                }
            }
        }
    }
}
