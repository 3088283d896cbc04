import Bytes
package import Ingest
import TelemetryMetrics

/// Reads `{"event":"http.request","measurements":{"duration":0.012},"metadata":{"route":"/users"}}`, one per line.
///
/// The JSON is strict (RFC 8259). Unknown keys of the outer object are skipped, of repeated keys the last wins.
package struct EventLineParser: Sendable {
    /// Measurements and, separately, metadata entries of one event, repeated names included.
    package static let maximumEntries = 128

    private enum Key {
        case id, event, measurements, metadata, unknown
    }

    /// A parser holds nothing: any thread may use it.
    package init() {}

    /// Fills `event`, whose content is undefined if this throws.
    package func parse(_ line: RawSpan, into event: inout WireEvent) throws(EventLineError) {
        event.reset()
        var reader = JSONReader()
        reader.skipSpace(line)
        guard let first = reader.peek(line) else { throw reader.error(.unexpectedEnd) }
        guard first == .openBrace else { throw try reader.error(.notAnObject, insteadOfValueIn: line) }
        try Self.readObject(&reader, line, &event) {
            (reader, line, key, event) throws(EventLineError) in
            try Self.readEntry(&reader, line, key, &event)
        }
        reader.skipSpace(line)
        guard reader.position == line.byteCount else { throw reader.error(.trailingGarbage) }
        guard !event.name.isEmpty else { throw reader.error(.missingEvent) }
    }

    /// Reads an object from its opening brace on; `readValue` gets each key, as a range of the event's text.
    private static func readObject(
        _ reader: inout JSONReader, _ line: RawSpan, _ event: inout WireEvent,
        _ readValue: (inout JSONReader, RawSpan, Range<Int>, inout WireEvent) throws(EventLineError) -> Void
    ) throws(EventLineError) {
        try reader.expect(.openBrace, line)
        reader.skipSpace(line)
        if reader.take(.closeBrace, line) { return }
        repeat {
            reader.skipSpace(line)
            let key = try reader.readString(line, appendingTo: &event.text)
            reader.skipSpace(line)
            try reader.expect(.colon, line)
            reader.skipSpace(line)
            try readValue(&reader, line, key, &event)
            reader.skipSpace(line)
        } while reader.take(.comma, line)
        try reader.expect(.closeBrace, line)
    }

    private static func readEntry(
        _ reader: inout JSONReader, _ line: RawSpan, _ name: Range<Int>, _ event: inout WireEvent
    ) throws(EventLineError) {
        switch key(event.text[name]) {
        case .id: event.id = try readID(&reader, line, &event)
        case .event:
            let start = reader.position
            guard reader.peek(line) == .quote else {
                throw try reader.error(.badEvent, insteadOfValueIn: line)
            }
            event.name = try reader.readString(line, appendingTo: &event.text)
            guard !event.name.isEmpty else { throw EventLineError(cause: .badEvent, offset: start) }
        case .measurements:
            event.measurements.removeAll(keepingCapacity: true)
            try readMeasurements(&reader, line, &event)
        case .metadata:
            event.metadata.removeAll(keepingCapacity: true)
            try readMetadata(&reader, line, &event)
        case .unknown:
            try reader.skipValue(line, depth: 1)
        }
    }

    private static func key(_ text: ArraySlice<UInt8>) -> Key {
        // The lengths differ, so at most one comparison is made.
        switch text.count {
        case 2: text.elementsEqual("id".utf8) ? .id : .unknown
        case 5: text.elementsEqual("event".utf8) ? .event : .unknown
        case 8: text.elementsEqual("metadata".utf8) ? .metadata : .unknown
        case 12: text.elementsEqual("measurements".utf8) ? .measurements : .unknown
        default: .unknown
        }
    }

    /// Reads `["client",17]`.
    private static func readID(
        _ reader: inout JSONReader, _ line: RawSpan, _ event: inout WireEvent
    ) throws(EventLineError) -> WireEvent.ID {
        let start = reader
        guard let id = try readIDParts(&reader, line, &event) else {
            throw try start.error(.badID, insteadOfValueIn: line)
        }
        return id
    }

    /// Nil for what is no id; then the reader stands anywhere.
    private static func readIDParts(
        _ reader: inout JSONReader, _ line: RawSpan, _ event: inout WireEvent
    ) throws(EventLineError) -> WireEvent.ID? {
        guard reader.take(.openBracket, line) else { return nil }
        reader.skipSpace(line)
        guard reader.peek(line) == .quote else { return nil }
        let text = try reader.readString(line, appendingTo: &event.text)
        reader.skipSpace(line)
        guard let client = ClientName(event.text[text]), reader.take(.comma, line) else { return nil }
        reader.skipSpace(line)
        guard let first = reader.peek(line), first.isDigit,
            case .integer(let number) = try reader.readNumber(line),
            (1...Int64(ClientProgress.largestNumber)).contains(number)
        else { return nil }
        reader.skipSpace(line)
        guard reader.take(.closeBracket, line) else { return nil }
        return WireEvent.ID(client: client, number: UInt64(number))
    }

    private static func readMeasurements(
        _ reader: inout JSONReader, _ line: RawSpan, _ event: inout WireEvent
    ) throws(EventLineError) {
        guard reader.peek(line) == .openBrace else {
            throw try reader.error(.badMeasurements, insteadOfValueIn: line)
        }
        var count = 0
        try readObject(&reader, line, &event) { (reader, line, name, event) throws(EventLineError) in
            guard let first = reader.peek(line), first == .minus || first.isDigit else {
                throw try reader.error(.badMeasurements, insteadOfValueIn: line)
            }
            count += 1
            guard count <= maximumEntries else { throw reader.error(.tooManyEntries) }
            event.set(measurement: name, to: try reader.readNumber(line))
        }
    }

    private static func readMetadata(
        _ reader: inout JSONReader, _ line: RawSpan, _ event: inout WireEvent
    ) throws(EventLineError) {
        guard reader.peek(line) == .openBrace else {
            throw try reader.error(.badMetadata, insteadOfValueIn: line)
        }
        var count = 0
        try readObject(&reader, line, &event) { (reader, line, name, event) throws(EventLineError) in
            count += 1
            guard count <= maximumEntries else { throw reader.error(.tooManyEntries) }
            event.set(metadata: name, to: try readText(&reader, line, &event.text))
        }
    }

    private static func readText(
        _ reader: inout JSONReader, _ line: RawSpan, _ text: inout [UInt8]
    ) throws(EventLineError) -> Range<Int> {
        switch reader.peek(line) {
        case .quote:
            return try reader.readString(line, appendingTo: &text)
        case .openBrace, .openBracket:
            throw reader.error(.badMetadata)
        case UInt8(ascii: "n"):
            try reader.skipScalar(line)
            return text.count..<text.count
        default:
            let start = reader.position
            try reader.skipScalar(line)
            let before = text.count
            line.append(start..<reader.position, to: &text)
            return before..<text.count
        }
    }
}
