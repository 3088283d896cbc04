extension TraceContext {
    /// Reads a W3C `traceparent` header, such as `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`.
    ///
    /// A later version than 00 may carry more after another `-`, as the recommendation asks; its known parts are read.
    /// - Throws: `malformedTraceparent` with the offset of the first byte that is wrong: uppercase digits, the version ff and ids of zeros
    ///   are wrong too.
    public init(traceparent text: String) throws(TelemetryError) {
        var reader = TraceparentReader(text)
        let version = try reader.digits(2)
        guard version != 0xFF else { throw reader.mistake(at: 0) }
        try reader.dash()
        let traceID = TraceID(high: try reader.digits(16), low: try reader.digits(16))
        try reader.dash()
        let spanID = try reader.digits(16)
        try reader.dash()
        let flags = try reader.digits(2)
        if version > 0, !reader.isAtEnd { try reader.dash() } else { try reader.end() }
        guard let context = TraceContext(traceID: traceID, spanID: spanID, isSampled: flags & 1 == 1) else {
            throw reader.mistake(at: spanID == 0 ? 36 : 3)
        }
        self = context
    }

    /// The `traceparent` header of version 00.
    public var traceparent: String {
        "00-\(traceID)-\(spanText)-\(isSampled ? "01" : "00")"
    }
}

/// Reads the fields of a header one after the other.
private struct TraceparentReader {
    private let text: String
    private var rest: Substring.UTF8View
    private var offset = 0

    init(_ text: String) {
        self.text = text
        rest = Substring(text).utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// The error for the byte at `offset`, with as much of the text as a valid header could have.
    func mistake(at offset: Int) -> TelemetryError {
        .malformedTraceparent(String(decoding: text.utf8.prefix(55), as: UTF8.self), offset: offset)
    }

    mutating func digits(_ count: Int) throws(TelemetryError) -> UInt64 {
        var value: UInt64 = 0
        for _ in 0..<count {
            guard let digit = rest.first.flatMap(Self.value) else { throw mistake(at: offset) }
            value = value << 4 | digit
            advance()
        }
        return value
    }

    mutating func dash() throws(TelemetryError) {
        guard rest.first == UInt8(ascii: "-") else { throw mistake(at: offset) }
        advance()
    }

    func end() throws(TelemetryError) {
        guard isAtEnd else { throw mistake(at: offset) }
    }

    private mutating func advance() {
        rest = rest.dropFirst()
        offset += 1
    }

    private static func value(of byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        default: nil
        }
    }
}

extension UInt64 {
    /// 16 lowercase hexadecimal digits.
    var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
