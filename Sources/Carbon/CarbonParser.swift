import Bytes
package import Ingest
import TelemetryMetrics

/// Reads `name value timestamp`, one per line, as Graphite's senders write it to carbon; a name may have tags behind it,
/// `name;tag=value;tag=value`.
///
/// The value is the last one of a gauge. The timestamp, in seconds, is checked and not used: what Prometheus scrapes has the time of the
/// scrape. It keeps its memory between lines; one per thread.
package struct CarbonParser: SampleParser {
    private var sample = Sample(kind: .gauge)

    /// Tags of one line, at most.
    package var labelsLimit: Int

    /// A parser of lines with so many tags at most.
    package init(labelsLimit: Int = WireRegistry.defaultLabelsLimit) { self.labelsLimit = labelsLimit }

    /// Visits the one sample of `line`, which has no newline.
    package mutating func parse<Visitor: SampleVisitor & ~Copyable>(
        _ line: RawSpan, visitor: inout Visitor
    ) {
        do throws(RejectionCause) {
            try read(line)
        } catch {
            return visitor.malformed(error, line: line)
        }
        visitor.lineBegan(sample, in: line)
        visitor.sample(sample, in: line)
    }

    package mutating func parse(_ line: RawSpan, into recorder: inout SampleRecorder) {
        parse(line, visitor: &recorder)
    }

    private mutating func read(_ line: RawSpan) throws(RejectionCause) {
        var rest = 0..<line.byteCount
        guard let path = Self.word(line, &rest) else { throw .emptyName }
        try readPath(line, path)
        guard let value = Self.word(line, &rest) else { throw .missingValue }
        guard let number = line.decimal(in: value) else { throw .badNumber }
        guard let timestamp = Self.word(line, &rest), line.decimal(in: timestamp) != nil else {
            throw .badTimestamp
        }
        guard Self.word(line, &rest) == nil else { throw .trailingGarbage }
        sample.text = value
        sample.value = number
    }

    /// The name, and the tags behind it.
    private mutating func readPath(_ line: RawSpan, _ path: Range<Int>) throws(RejectionCause) {
        var end = Self.end(of: path, at: UInt8(ascii: ";"), line)
        sample.name = path.lowerBound..<end
        guard !sample.name.isEmpty else { throw .emptyName }
        sample.labels.removeAll(keepingCapacity: true)
        while end < path.upperBound {
            let tag = end + 1..<path.upperBound
            end = Self.end(of: tag, at: UInt8(ascii: ";"), line)
            let equals = Self.end(of: tag.lowerBound..<end, at: UInt8(ascii: "="), line)
            guard equals > tag.lowerBound, equals < end else { throw .badTags }
            guard sample.labels.count < labelsLimit else { throw .tooManyTags }
            sample.labels.append(SampleLabel(name: tag.lowerBound..<equals, value: equals + 1..<end))
        }
    }

    private static func end(of range: Range<Int>, at byte: UInt8, _ line: RawSpan) -> Int {
        line.firstOffset(of: byte, in: range) ?? range.upperBound
    }

    /// Takes the next word, between spaces and tabs, off `rest`.
    private static func word(_ line: RawSpan, _ rest: inout Range<Int>) -> Range<Int>? {
        guard let start = rest.first(where: { !isSpace(line[byte: $0]) }) else { return nil }
        let end = (start..<rest.upperBound).first { isSpace(line[byte: $0]) } ?? rest.upperBound
        rest = end..<rest.upperBound
        return start..<end
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
