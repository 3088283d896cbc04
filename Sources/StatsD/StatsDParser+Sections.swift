import Bytes
import Ingest
import TelemetryMetrics

/// What stands behind a colon: values, their type, and sections between bars.
extension StatsDParser {
    /// Reads one sample at the beginning of `rest`; answers the range of its values and sets where the next one begins.
    mutating func parseSample(_ datagram: RawSpan, _ rest: Range<Int>) throws(RejectionCause) -> Range<Int> {
        next = nil
        hasTagSection = false
        guard let bar = datagram.firstOffset(of: .bar, in: rest) else {
            throw rest.isEmpty ? .missingValue : .missingType
        }
        try parseSections(datagram, bar + 1..<rest.upperBound)
        let values = rest.lowerBound..<bar
        guard let first = values.first else { throw .missingValue }
        if datagram[byte: first] == .colon, sample.kind != .set {
            guard values.contains(where: { datagram[byte: $0] != .colon }) else { throw .missingValue }
        }
        return values
    }

    /// The type and what follows it, separated by bars, up to the colon before the next sample.
    private mutating func parseSections(_ datagram: RawSpan, _ range: Range<Int>) throws(RejectionCause) {
        var end = datagram.firstOffset(of: .bar, in: range) ?? range.upperBound
        sample.weight = 1
        sample.kind = try parseType(datagram, range.lowerBound..<end)
        while end < range.upperBound, next == nil {
            let start = end + 1
            end = datagram.firstOffset(of: .bar, in: start..<range.upperBound) ?? range.upperBound
            if start < end { try parseSection(datagram, start..<end) }
        }
    }

    private mutating func parseType(_ datagram: RawSpan, _ range: Range<Int>) throws(RejectionCause)
        -> SampleKind
    {
        if let kind = Self.kind(datagram, range) { return kind }
        let type = beforeNextSample(datagram, range)
        if let kind = Self.kind(datagram, type) { return kind }
        throw type.isEmpty ? .missingType : .unknownType
    }

    private static func kind(_ datagram: RawSpan, _ range: Range<Int>) -> SampleKind? {
        guard let first = range.first else { return nil }
        if range.count == 2, datagram[byte: first] == UInt8(ascii: "m"),
            datagram[byte: first + 1] == UInt8(ascii: "s")
        {
            return .timer
        }
        guard range.count == 1 else { return nil }
        switch datagram[byte: first] {
        case UInt8(ascii: "c"): return .counter
        case UInt8(ascii: "g"): return .gauge
        case UInt8(ascii: "h"): return .histogram
        case UInt8(ascii: "d"): return .distribution
        case UInt8(ascii: "s"): return .set
        default: return nil
        }
    }

    /// The part of a section before a colon, behind which the next sample begins; all of it where there is no colon.
    private mutating func beforeNextSample(_ datagram: RawSpan, _ range: Range<Int>) -> Range<Int> {
        guard !hasTagSection, let colon = datagram.firstOffset(of: .colon, in: range) else { return range }
        next = colon + 1
        return range.lowerBound..<colon
    }

    private mutating func parseSection(_ datagram: RawSpan, _ range: Range<Int>) throws(RejectionCause) {
        let content = range.lowerBound + 1..<range.upperBound
        switch datagram[byte: range.lowerBound] {
        case UInt8(ascii: "@"):
            sample.weight = 1 / (try rate(datagram, content))
        case .hash:
            hasTagSection = true
            guard styles.contains(.dogStatsD) else { return }
            try addTags(datagram, content, separator: .colon)
        case UInt8(ascii: "T"):
            let digits = content.prefix { datagram[byte: $0].isDigit }
            if !digits.isEmpty, digits.endIndex < content.endIndex, datagram[byte: digits.endIndex] == .colon
            {
                _ = beforeNextSample(datagram, content)
            }
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            // An extension starts with a letter. Those known (c:, e:, card:) say nothing of the value, nor may those to come: the
            // Datadog agent skips what it does not know, so that clients may send what only newer agents read.
            break
        default:
            throw .badSection
        }
    }

    private mutating func rate(_ datagram: RawSpan, _ content: Range<Int>) throws(RejectionCause) -> Double {
        let rate =
            datagram.decimal(in: content) ?? datagram.decimal(in: beforeNextSample(datagram, content))
        guard let rate, rate >= Self.smallestRate, rate <= 1 else { throw .badRate }
        return rate
    }

    /// Adds the tags between commas in `range`; each of DogStatsD's may have a hash of its own.
    mutating func addTags(
        _ datagram: RawSpan, _ range: Range<Int>, separator: UInt8
    ) throws(RejectionCause) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = datagram.firstOffset(of: .comma, in: start..<range.upperBound) ?? range.upperBound
            if separator == .colon, datagram[byte: start] == .hash { start += 1 }
            let nameEnd = datagram.firstOffset(of: separator, in: start..<end) ?? end
            if nameEnd > start {
                try addTag(start..<nameEnd, value: min(nameEnd + 1, end)..<end, isBare: nameEnd == end)
            } else if end > start {
                droppedTags.nameless += 1
            }
            start = end + 1
        }
    }

    @inline(__always)
    private mutating func addTag(
        _ name: Range<Int>, value: Range<Int>, isBare: Bool
    ) throws(RejectionCause) {
        if isBare, bareTags == .drop {
            droppedTags.bare += 1
            return
        }
        guard sample.labels.count < labelsLimit else { throw .tooManyTags }
        sample.labels.append(SampleLabel(name: name, value: value, isBare: isBare))
    }
}
