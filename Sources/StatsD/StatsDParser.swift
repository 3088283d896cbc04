import Bytes
package import Ingest
import TelemetryMetrics

/// Takes datagrams apart into samples; keeps its memory between them, so that a line costs no allocation.
///
/// Understands `name:value|type[|@rate][|#tag:value,…]`, with several values per line as DogStatsD packs them
/// (`name:1:2|h`), several samples as statsd_exporter takes them (`name:1|c:2|g|@0.1`), and the tags of `TagStyles`. It ignores
/// DogStatsD's timestamp, container and external data sections. Empty values and empty tags are skipped. A line with
/// more tags than the limit is malformed.
package struct StatsDParser: SampleParser {
    var sample = Sample(kind: .counter)
    /// Where the next sample of the line begins; nil behind the last one.
    var next: Int?
    /// Whether the sample has a section of tags: colons behind it are theirs and begin no other sample.
    var hasTagSection = false
    /// Tags of the line that become no labels.
    var droppedTags = DroppedTags()
    /// The memory of a line whose name is put together.
    var joined: [UInt8] = []

    let styles: TagStyles
    let bareTags: BareTags

    /// One sample can't stand for more than a million events.
    package static let smallestRate = 1e-6

    /// Tags of one line, at most.
    package var labelsLimit: Int

    /// One parser per thread; tags of other styles than `styles` stay where they are, in the name for the most part.
    package init(
        labelsLimit: Int = WireRegistry.defaultLabelsLimit, styles: TagStyles = .all,
        bareTags: BareTags = .label
    ) {
        self.labelsLimit = labelsLimit
        self.styles = styles
        self.bareTags = bareTags
    }

    /// Visits each line of `datagram`, newline-separated; a carriage return before the newline and empty lines are
    /// tolerated.
    package mutating func parse<Visitor: SampleVisitor & ~Copyable>(
        _ datagram: RawSpan, visitor: inout Visitor
    ) {
        var start = 0
        while start < datagram.byteCount {
            let newline = datagram.firstOffset(of: .newline, in: start..<datagram.byteCount)
            var end = newline ?? datagram.byteCount
            let next = end + 1
            if end > start, datagram[byte: end - 1] == .carriageReturn { end -= 1 }
            if end > start { parseLine(datagram, start..<end, &visitor) }
            start = next
        }
    }

    package mutating func parse(_ datagram: RawSpan, into recorder: inout SampleRecorder) {
        parse(datagram, visitor: &recorder)
    }

    private mutating func parseLine<Visitor: SampleVisitor & ~Copyable>(
        _ datagram: RawSpan, _ line: Range<Int>, _ visitor: inout Visitor
    ) {
        do throws(RejectionCause) {
            if let other = Self.otherKind(datagram, line) { throw other }
            guard let start = try parseName(datagram, line) else {
                return parseJoined(datagram, line, &visitor)
            }
            parseSamples(datagram, line, start, &visitor)
        } catch {
            visitor.malformed(error, line: datagram.extracting(line))
        }
    }

    private static func otherKind(_ datagram: RawSpan, _ line: Range<Int>) -> RejectionCause? {
        guard line.count >= 3, datagram[byte: line.lowerBound] == UInt8(ascii: "_") else { return nil }
        let second = datagram[byte: line.lowerBound + 1]
        let third = datagram[byte: line.lowerBound + 2]
        if second == UInt8(ascii: "e"), third == UInt8(ascii: "{") { return .event }
        guard second == UInt8(ascii: "s"), third == UInt8(ascii: "c"), line.count >= 4 else { return nil }
        return datagram[byte: line.lowerBound + 3] == .bar ? .serviceCheck : nil
    }

    /// Visits the samples of a line once its name is in one piece, with its brackets behind it.
    private mutating func parseJoined<Visitor: SampleVisitor & ~Copyable>(
        _ datagram: RawSpan, _ line: Range<Int>, _ visitor: inout Visitor
    ) {
        // Taken out while it is read: the parser is being changed meanwhile.
        var bytes = joined
        joined = []
        join(datagram, line, into: &bytes)
        bytes.withBytes(in: bytes.indices) { whole in
            do throws(RejectionCause) {
                // Always in one piece now.
                guard let start = try parseName(whole, bytes.indices) else { return }
                parseSamples(whole, bytes.indices, start, &visitor)
            } catch {
                visitor.malformed(error, line: datagram.extracting(line))
            }
        }
        joined = bytes
    }

    /// Visits what follows the colon behind the name.
    ///
    /// A sample that is malformed spoils only itself, where another begins.
    private mutating func parseSamples<Visitor: SampleVisitor & ~Copyable>(
        _ datagram: RawSpan, _ line: Range<Int>, _ start: Int, _ visitor: inout Visitor
    ) {
        var start = start
        var knownLabels: Int?
        while true {
            do throws(RejectionCause) {
                let values = try parseSample(datagram, start..<line.upperBound)
                if knownLabels == sample.labels.count {
                    visitor.lineContinued(sample, in: datagram)
                } else {
                    visitor.lineBegan(sample, in: datagram)
                }
                knownLabels = sample.labels.count
                visitValues(datagram, line, values, &visitor)
                if !droppedTags.isEmpty { reportDroppedTags(&visitor) }
            } catch {
                visitor.malformed(error, line: datagram.extracting(line))
            }
            guard let next else { return }
            start = next
        }
    }

    private mutating func reportDroppedTags<Visitor: SampleVisitor & ~Copyable>(_ visitor: inout Visitor) {
        visitor.tagsDropped(droppedTags)
        droppedTags = DroppedTags()
    }

    /// Hands out each value; one that is no number spoils only itself.
    private mutating func visitValues<Visitor: SampleVisitor & ~Copyable>(
        _ datagram: RawSpan, _ line: Range<Int>, _ values: Range<Int>, _ visitor: inout Visitor
    ) {
        if sample.kind == .set {
            // A member may hold colons itself.
            sample.text = values
            sample.value = 0
            sample.isRelative = false
            return visitor.sample(sample, in: datagram)
        }
        var start = values.lowerBound
        while start < values.upperBound {
            let rest = start..<values.upperBound
            let end = datagram.firstOffset(of: .colon, in: rest) ?? values.upperBound
            if let value = datagram.decimal(in: start..<end) {
                sample.text = start..<end
                sample.value = value
                sample.isRelative = sample.kind == .gauge && Self.isSign(datagram[byte: start])
                visitor.sample(sample, in: datagram)
            } else if end > start {
                visitor.malformed(.badNumber, line: datagram.extracting(line))
            }
            start = end + 1
        }
    }

    private static func isSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }
}

extension UInt8 {
    static var bar: UInt8 { UInt8(ascii: "|") }
    static var hash: UInt8 { UInt8(ascii: "#") }
    static var bracket: UInt8 { UInt8(ascii: "[") }
}
