import Bytes
import Ingest
import TelemetryMetrics

/// What stands before the first colon that is no tag's: the name and the tags in it.
extension StatsDParser {
    /// Reads the name and the tags in it; answers the offset behind its colon, nil where brackets part the name.
    mutating func parseName(_ datagram: RawSpan, _ line: Range<Int>) throws(RejectionCause) -> Int? {
        sample.labels.removeAll(keepingCapacity: true)
        if !droppedTags.isEmpty { droppedTags = DroppedTags() }
        var end = line.lowerBound
        while end < line.upperBound, !Self.mayEndName(datagram[byte: end]) { end += 1 }
        if end < line.upperBound, datagram[byte: end] == .colon {
            guard end > line.lowerBound else { throw .emptyName }
            sample.name = line.lowerBound..<end
            return end + 1
        }
        return try parseTaggedName(datagram, line, from: end)
    }

    private static func mayEndName(_ byte: UInt8) -> Bool {
        // Lowercase letters first, as most bytes of names are.
        if byte &- UInt8(ascii: "a") < 26 { return false }
        return switch byte {
        case .colon, .bar, .comma, .hash, .bracket: true
        default: false
        }
    }

    /// Reads the name from `first` on, before which is nothing but name.
    private mutating func parseTaggedName(
        _ datagram: RawSpan, _ line: Range<Int>, from first: Int
    ) throws(RejectionCause) -> Int? {
        var name = NamePieces(start: line.lowerBound)
        var position = first
        while position < line.upperBound {
            let byte = datagram[byte: position]
            if byte == .colon || beginsLastTags(byte) {
                name.end(at: position)
                let behind = try parseLastTags(datagram, position..<line.upperBound)
                guard let whole = name.first else { throw .emptyName }
                sample.name = whole
                return name.isParted ? nil : behind
            }
            if byte == .bar { break }
            if byte == .bracket, styles.contains(.signalFX) {
                name.end(at: position)
                position = try parseBrackets(datagram, position..<line.upperBound)
                name.begin(at: position)
            } else {
                position += 1
            }
        }
        throw .missingValue
    }

    /// Whether the byte begins tags that end with the name.
    private func beginsLastTags(_ byte: UInt8) -> Bool {
        byte == .comma && styles.contains(.influxDB) || byte == .hash && styles.contains(.librato)
    }

    /// Reads the tags from their first byte to the colon, if there are any; answers the offset behind the colon.
    private mutating func parseLastTags(_ datagram: RawSpan, _ rest: Range<Int>) throws(RejectionCause) -> Int
    {
        guard let colon = datagram.firstOffset(of: .colon, in: rest) else { throw .missingValue }
        if colon > rest.lowerBound {
            try addTags(datagram, rest.lowerBound + 1..<colon, separator: UInt8(ascii: "="))
        }
        return colon + 1
    }

    /// Reads tags in brackets; answers the offset behind these.
    private mutating func parseBrackets(_ datagram: RawSpan, _ rest: Range<Int>) throws(RejectionCause) -> Int
    {
        guard let end = datagram.firstOffset(of: UInt8(ascii: "]"), in: rest) else { throw .badTags }
        try addTags(datagram, rest.lowerBound + 1..<end, separator: UInt8(ascii: "="))
        return end + 1
    }

    /// Writes the line with its name in one piece and all of its brackets as one behind that.
    func join(_ datagram: RawSpan, _ line: Range<Int>, into whole: inout [UInt8]) {
        whole.removeAll(keepingCapacity: true)
        var tags: [UInt8] = []
        var position = line.lowerBound
        while position < line.upperBound {
            let byte = datagram[byte: position]
            if byte == .colon || beginsLastTags(byte) { break }
            if byte == .bracket,
                let end = datagram.firstOffset(of: UInt8(ascii: "]"), in: position..<line.upperBound)
            {
                tags.append(tags.isEmpty ? .bracket : .comma)
                datagram.append(position + 1..<end, to: &tags)
                position = end + 1
            } else {
                whole.append(byte)
                position += 1
            }
        }
        whole += tags
        whole.append(UInt8(ascii: "]"))
        datagram.append(position..<line.upperBound, to: &whole)
    }
}

/// The parts of a name that tags stand between.
private struct NamePieces {
    /// The first one; nil as long as there is none.
    private(set) var first: Range<Int>?
    private(set) var isParted = false
    private var start: Int

    init(start: Int) { self.start = start }

    mutating func begin(at position: Int) { start = position }

    mutating func end(at position: Int) {
        guard position > start else { return }
        if first == nil {
            first = start..<position
        } else {
            isParted = true
        }
    }
}
