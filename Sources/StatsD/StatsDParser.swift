import Bytes
package import Ingest
import TelemetryMetrics

/// Takes datagrams apart into samples; keeps its memory between them, so that a line costs no allocation.
///
/// Understands `name:value|type[|@rate][|#tag:value,…]` with several values per line, tags in the name as written by
/// the clients of InfluxDB (`name,k=v`), Librato (`name#k=v`) and SignalFX (`name[k=v]`), and ignores DogStatsD's
/// timestamp, container and external data sections. A tag without a name is ignored, its sample counts. A line with more
/// tags than the limit is malformed.
package struct StatsDParser: SampleParser {
    private var sample = Sample(kind: .counter)

    /// One sample can't stand for more than a million events.
    package static let smallestRate = 1e-6

    /// Tags of one line, at most.
    package var labelsLimit: Int

    /// One parser per thread.
    package init(labelsLimit: Int = WireRegistry.defaultLabelsLimit) { self.labelsLimit = labelsLimit }

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
            let values = try parseHead(datagram, line)
            visitValues(datagram, line, values, &visitor)
        } catch {
            visitor.malformed(error, line: datagram.extracting(line))
        }
    }

    /// Everything but the values, whose range it answers.
    private mutating func parseHead(
        _ datagram: RawSpan, _ line: Range<Int>
    ) throws(RejectionCause) -> Range<Int> {
        if let other = Self.otherKind(datagram, line) { throw other }
        sample.labels.removeAll(keepingCapacity: true)
        let colon = try parseName(datagram, line)
        let rest = colon + 1..<line.upperBound
        guard let bar = datagram.firstOffset(of: .bar, in: rest) else {
            throw rest.isEmpty ? .missingValue : .missingType
        }
        guard bar > rest.lowerBound else { throw .missingValue }
        try parseSections(datagram, bar + 1..<line.upperBound)
        return rest.lowerBound..<bar
    }

    private static func otherKind(_ datagram: RawSpan, _ line: Range<Int>) -> RejectionCause? {
        guard line.count >= 3, datagram[byte: line.lowerBound] == UInt8(ascii: "_") else { return nil }
        let second = datagram[byte: line.lowerBound + 1]
        let third = datagram[byte: line.lowerBound + 2]
        if second == UInt8(ascii: "e"), third == UInt8(ascii: "{") { return .event }
        guard second == UInt8(ascii: "s"), third == UInt8(ascii: "c"), line.count >= 4 else { return nil }
        return datagram[byte: line.lowerBound + 3] == .bar ? .serviceCheck : nil
    }

    /// The name and the tags in it; answers the offset of the colon before the values.
    private mutating func parseName(_ datagram: RawSpan, _ line: Range<Int>) throws(RejectionCause) -> Int {
        var end = line.lowerBound
        while end < line.upperBound, !Self.endsName(datagram[byte: end]) { end += 1 }
        guard end < line.upperBound, datagram[byte: end] != .bar else { throw .missingValue }
        guard end > line.lowerBound else { throw .emptyName }
        sample.name = line.lowerBound..<end
        let rest = end + 1..<line.upperBound
        switch datagram[byte: end] {
        case .colon: return end
        case UInt8(ascii: "["):
            guard let bracket = datagram.firstOffset(of: UInt8(ascii: "]"), in: rest) else { throw .badTags }
            try addTags(datagram, rest.lowerBound..<bracket, separator: UInt8(ascii: "="))
            guard bracket + 1 < line.upperBound else { throw .missingValue }
            guard datagram[byte: bracket + 1] == .colon else { throw .badTags }
            return bracket + 1
        default:
            guard let colon = datagram.firstOffset(of: .colon, in: rest) else { throw .missingValue }
            try addTags(datagram, rest.lowerBound..<colon, separator: UInt8(ascii: "="))
            return colon
        }
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        switch byte {
        case .colon, .bar, .comma, .hash, UInt8(ascii: "["): true
        default: false
        }
    }

    /// The type and what follows it, separated by bars.
    private mutating func parseSections(_ datagram: RawSpan, _ range: Range<Int>) throws(RejectionCause) {
        var end = datagram.firstOffset(of: .bar, in: range) ?? range.upperBound
        sample.kind = try Self.type(datagram, range.lowerBound..<end)
        sample.weight = 1
        while end < range.upperBound {
            let start = end + 1
            end = datagram.firstOffset(of: .bar, in: start..<range.upperBound) ?? range.upperBound
            if start < end { try parseSection(datagram, start..<end) }
        }
    }

    private static func type(_ datagram: RawSpan, _ range: Range<Int>) throws(RejectionCause) -> SampleKind {
        guard let first = range.first else { throw .missingType }
        if range.count == 2, datagram[byte: first] == UInt8(ascii: "m"),
            datagram[byte: first + 1] == UInt8(ascii: "s")
        {
            return .timer
        }
        guard range.count == 1 else { throw .unknownType }
        switch datagram[byte: first] {
        case UInt8(ascii: "c"): return .counter
        case UInt8(ascii: "g"): return .gauge
        case UInt8(ascii: "h"): return .histogram
        case UInt8(ascii: "d"): return .distribution
        case UInt8(ascii: "s"): return .set
        default: throw .unknownType
        }
    }

    private mutating func parseSection(_ datagram: RawSpan, _ range: Range<Int>) throws(RejectionCause) {
        let content = range.lowerBound + 1..<range.upperBound
        switch datagram[byte: range.lowerBound] {
        case UInt8(ascii: "@"):
            guard let rate = datagram.decimal(in: content), rate >= Self.smallestRate, rate <= 1 else {
                throw .badRate
            }
            sample.weight = 1 / rate
        case .hash:
            try addTags(datagram, content, separator: .colon)
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            // An extension starts with a letter: those known (T, c:, e:) and those to come say nothing of the value.
            break
        default:
            throw .badSection
        }
    }

    private mutating func addTags(
        _ datagram: RawSpan, _ range: Range<Int>, separator: UInt8
    ) throws(RejectionCause) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = datagram.firstOffset(of: .comma, in: start..<range.upperBound) ?? range.upperBound
            let nameEnd = datagram.firstOffset(of: separator, in: start..<end) ?? end
            if nameEnd > start {
                guard sample.labels.count < labelsLimit else { throw .tooManyTags }
                sample.labels.append(SampleLabel(name: start..<nameEnd, value: min(nameEnd + 1, end)..<end))
            }
            start = end + 1
        }
    }
}

extension StatsDParser {
    /// Hands out each value; one that is no number spoils only itself.
    private mutating func visitValues<Visitor: SampleVisitor & ~Copyable>(
        _ datagram: RawSpan, _ line: Range<Int>, _ values: Range<Int>, _ visitor: inout Visitor
    ) {
        visitor.lineBegan(sample, in: datagram)
        if sample.kind == .set {
            // A member may hold colons itself.
            sample.text = values
            sample.value = 0
            sample.isRelative = false
            return visitor.sample(sample, in: datagram)
        }
        var start = values.lowerBound
        while start <= values.upperBound {
            let rest = start..<values.upperBound
            let end = datagram.firstOffset(of: .colon, in: rest) ?? values.upperBound
            if let value = datagram.decimal(in: start..<end) {
                sample.text = start..<end
                sample.value = value
                sample.isRelative = sample.kind == .gauge && Self.isSign(datagram[byte: start])
                visitor.sample(sample, in: datagram)
            } else {
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
}
