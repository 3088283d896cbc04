import Bytes
import Ingest
import TelemetryMetrics

@testable import StatsD

/// Writes down each visit as one line of text.
struct RecordingVisitor: SampleVisitor {
    var visits: [String] = []

    mutating func sample(_ sample: borrowing Sample, in datagram: RawSpan) {
        var text = "\(sample.kind) \(datagram.text(in: sample.name))"
        text += sample.kind == .set ? " {\(datagram.text(in: sample.text))}" : " \(sample.value)"
        if sample.isRelative { text += " relative" }
        if sample.weight != 1 { text += " @\(1 / sample.weight)" }
        for tag in sample.labels {
            text += " \(datagram.text(in: tag.name))\(tag.isBare ? "" : "=")\(datagram.text(in: tag.value))"
        }
        visits.append(text)
    }

    mutating func tagsDropped(_ tags: DroppedTags) {
        visits.append("dropped \(tags.bare) bare, \(tags.nameless) nameless")
    }

    mutating func malformed(_ cause: RejectionCause, line: RawSpan) {
        visits.append("\(cause.rawValue): \(line.text(in: 0..<line.byteCount))")
    }
}

/// What a parser makes of `datagram`.
func visits(_ datagram: [UInt8], by parser: StatsDParser = StatsDParser()) -> [String] {
    var parser = parser
    var visitor = RecordingVisitor()
    datagram.withBytes(in: datagram.indices) { parser.parse($0, visitor: &visitor) }
    return visitor.visits
}

func visits(_ datagram: String, by parser: StatsDParser = StatsDParser()) -> [String] {
    visits(Array(datagram.utf8), by: parser)
}
