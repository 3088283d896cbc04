import Bytes
import Logging
import Telemetry

/// Reads what `RecordEncoder` wrote; nil for anything else, as the memory of a crashed process may hold.
struct RecordDecoder {
    private typealias Tag = RecordEncoder.Tag

    private var reader = ValueReader()

    /// The record in these bytes.
    static func record(in bytes: RawSpan) -> LogRecord? {
        var decoder = RecordDecoder()
        return decoder.record(bytes)
    }

    private mutating func record(_ bytes: RawSpan) -> LogRecord? {
        guard let time: Int64 = reader.integer(in: bytes), datedTimes.contains(time),
            let thread: UInt32 = reader.integer(in: bytes),
            let level = level(bytes), let destination: UInt8 = reader.integer(in: bytes),
            let line: UInt32 = reader.integer(in: bytes), let errno: Int32 = reader.integer(in: bytes),
            let hasTrace: UInt8 = reader.integer(in: bytes)
        else { return nil }
        let trace = hasTrace == 1 ? trace(bytes) : nil
        guard let label = reader.text(in: bytes), let message = reader.text(in: bytes),
            let file = reader.text(in: bytes), let function = reader.text(in: bytes),
            let metadata = metadata(bytes)
        else { return nil }
        return LogRecord(
            time: time, thread: thread, level: level, destination: destination, label: label,
            message: message, errno: errno == 0 ? nil : errno, trace: trace, metadata: metadata, file: file,
            function: function, line: line)
    }

    private mutating func level(_ bytes: RawSpan) -> Logger.Level? {
        guard let number: UInt8 = reader.integer(in: bytes) else { return nil }
        return Logger.Level.allCases.first { RecordEncoder.number(of: $0) == number }
    }

    private mutating func trace(_ bytes: RawSpan) -> TraceContext? {
        guard let high: UInt64 = reader.integer(in: bytes), let low: UInt64 = reader.integer(in: bytes),
            let span: UInt64 = reader.integer(in: bytes)
        else { return nil }
        return TraceContext(traceID: TraceID(high: high, low: low), spanID: span)
    }

    /// Each key once, with its last value.
    private mutating func metadata(_ bytes: RawSpan) -> [LogItem]? {
        var items: [(key: String, place: Int, value: LogValue)] = []
        while reader.offset < bytes.byteCount {
            guard let key = reader.text(in: bytes), let value = value(bytes, depth: TextLimit.depth) else {
                return nil
            }
            items.append((key, items.count, value))
        }
        items.sort { ($0.key, $0.place) < ($1.key, $1.place) }
        return items.indices.compactMap { index in
            let isLast = index + 1 == items.count || items[index + 1].key != items[index].key
            return isLast ? LogItem(key: items[index].key, value: items[index].value) : nil
        }
    }
}

extension RecordDecoder {
    private mutating func value(_ bytes: RawSpan, depth: Int) -> LogValue? {
        nextTag(bytes).flatMap { value(bytes, $0, depth: depth) }
    }

    private mutating func nextTag(_ bytes: RawSpan) -> Tag? {
        let number: UInt8? = reader.integer(in: bytes)
        return number.flatMap(Tag.init)
    }

    private mutating func value(_ bytes: RawSpan, _ tag: Tag, depth: Int) -> LogValue? {
        switch tag {
        case .text: reader.text(in: bytes).map(LogValue.text)
        case .literal: reader.text(in: bytes).map { Self.isWholeNumber($0) ? .literal($0) : .text($0) }
        case .signed: (reader.integer(in: bytes) as Int64?).map { .literal("\($0)") }
        case .unsigned: (reader.integer(in: bytes) as UInt64?).map { .literal("\($0)") }
        case .double: (reader.integer(in: bytes) as UInt64?).map { Self.number(Double(bitPattern: $0)) }
        case .float: (reader.integer(in: bytes) as UInt32?).map { Self.number(Float(bitPattern: $0)) }
        case .yes: .literal("true")
        case .no: .literal("false")
        case .list: depth > 0 ? list(bytes, depth: depth - 1) : nil
        case .object: depth > 0 ? object(bytes, depth: depth - 1) : nil
        case .end: nil
        }
    }

    /// Whether a text is a whole number as JSON has it: memory may hold any, and a type of the application may describe itself.
    private static func isWholeNumber(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        guard let first = digits.first, digits.allSatisfy(\.isDigit) else { return false }
        return first != UInt8(ascii: "0") || digits.count == 1
    }

    /// JSON has no word for infinities and NaN: those become strings.
    private static func number(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> LogValue {
        value.isFinite ? .literal(value.description) : .text(value.description)
    }

    private mutating func list(_ bytes: RawSpan, depth: Int) -> LogValue? {
        var elements: [LogValue] = []
        while let tag = nextTag(bytes) {
            if tag == .end { return .list(elements) }
            guard let element = value(bytes, tag, depth: depth) else { return nil }
            elements.append(element)
        }
        return nil
    }

    private mutating func object(_ bytes: RawSpan, depth: Int) -> LogValue? {
        var members: [LogItem] = []
        while let tag = nextTag(bytes) {
            if tag == .end { return .object(members) }
            guard tag == .text, let key = reader.text(in: bytes), let member = value(bytes, depth: depth)
            else { return nil }
            members.append(LogItem(key: key, value: member))
        }
        return nil
    }
}
