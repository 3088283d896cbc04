import Bytes
import Ingest
import TelemetryMetrics

/// A position in a line of JSON, and the steps that move it; the line is passed to each.
struct JSONReader {
    /// Objects and arrays around a value, the outermost included, at most.
    static let maximumDepth = 16

    private(set) var position = 0

    func error(_ cause: RejectionCause) -> EventLineError {
        EventLineError(cause: cause, offset: position)
    }

    mutating func advance(by count: Int) {
        position += count
    }

    func peek(_ line: RawSpan) -> UInt8? {
        position < line.byteCount ? line[byte: position] : nil
    }

    mutating func take(_ byte: UInt8, _ line: RawSpan) -> Bool {
        guard peek(line) == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8, _ line: RawSpan) throws(EventLineError) {
        if !take(byte, line) { throw syntaxError(line) }
    }

    func syntaxError(_ line: RawSpan) -> EventLineError {
        error(position < line.byteCount ? .badSyntax : .unexpectedEnd)
    }

    mutating func skipSpace(_ line: RawSpan) {
        while let byte = peek(line), byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == 0x0a {
            position += 1
        }
    }

    /// A value of the wrong kind is the given cause, but what is no JSON at all is told as that.
    func error(_ cause: RejectionCause, insteadOfValueIn line: RawSpan) throws(EventLineError)
        -> EventLineError
    {
        var ahead = self
        try ahead.skipValue(line, depth: 0)
        return error(cause)
    }

    /// Checks and skips any value that `depth` objects and arrays surround.
    mutating func skipValue(_ line: RawSpan, depth: Int) throws(EventLineError) {
        switch peek(line) {
        case .openBrace: try skipObject(line, depth: depth + 1)
        case .openBracket: try skipArray(line, depth: depth + 1)
        default: try skipScalar(line)
        }
    }

    /// Checks and skips a string, number, boolean or null.
    mutating func skipScalar(_ line: RawSpan) throws(EventLineError) {
        switch peek(line) {
        case .quote: try skipString(line)
        case UInt8(ascii: "t"): try skipWord("true", line)
        case UInt8(ascii: "f"): try skipWord("false", line)
        case UInt8(ascii: "n"): try skipWord("null", line)
        case .some(let byte) where byte == .minus || byte.isDigit: _ = try skipNumber(line)
        default: throw syntaxError(line)
        }
    }

    private mutating func skipObject(_ line: RawSpan, depth: Int) throws(EventLineError) {
        guard depth <= Self.maximumDepth else { throw error(.tooDeep) }
        position += 1
        skipSpace(line)
        if take(.closeBrace, line) { return }
        repeat {
            skipSpace(line)
            try skipString(line)
            skipSpace(line)
            try expect(.colon, line)
            skipSpace(line)
            try skipValue(line, depth: depth)
            skipSpace(line)
        } while take(.comma, line)
        try expect(.closeBrace, line)
    }

    private mutating func skipArray(_ line: RawSpan, depth: Int) throws(EventLineError) {
        guard depth <= Self.maximumDepth else { throw error(.tooDeep) }
        position += 1
        skipSpace(line)
        if take(.closeBracket, line) { return }
        repeat {
            skipSpace(line)
            try skipValue(line, depth: depth)
            skipSpace(line)
        } while take(.comma, line)
        try expect(.closeBracket, line)
    }

    private mutating func skipWord(_ word: String, _ line: RawSpan) throws(EventLineError) {
        for byte in word.utf8 { try expect(byte, line) }
    }

    private mutating func skipDigits(_ line: RawSpan) throws(EventLineError) {
        guard let first = peek(line) else { throw error(.unexpectedEnd) }
        guard first.isDigit else { throw error(.badNumber) }
        while let byte = peek(line), byte.isDigit { position += 1 }
    }

    /// Answers whether the number is written as an integer.
    private mutating func skipNumber(_ line: RawSpan) throws(EventLineError) -> Bool {
        var isInteger = true
        _ = take(.minus, line)
        if take(UInt8(ascii: "0"), line) {
            if let next = peek(line), next.isDigit { throw error(.badNumber) }
        } else {
            try skipDigits(line)
        }
        if take(UInt8(ascii: "."), line) {
            isInteger = false
            try skipDigits(line)
        }
        if take(UInt8(ascii: "e"), line) || take(UInt8(ascii: "E"), line) {
            isInteger = false
            if !take(UInt8(ascii: "+"), line) { _ = take(.minus, line) }
            try skipDigits(line)
        }
        return isInteger
    }

    mutating func readNumber(_ line: RawSpan) throws(EventLineError) -> EventNumber {
        let start = position
        let isInteger = try skipNumber(line)
        if isInteger, let value = Self.integer(line, start..<position) { return .integer(value) }
        guard let value = line.decimal(in: start..<position) else {
            throw EventLineError(cause: .numberOutOfRange, offset: start)
        }
        return .double(value)
    }

    /// `nil` for a whole number past 64 bits.
    private static func integer(_ line: RawSpan, _ range: Range<Int>) -> Int64? {
        let isNegative = line[byte: range.lowerBound] == .minus
        // Counting downwards reaches the smallest value, whose magnitude the largest lacks.
        var value: Int64 = 0
        for offset in range.dropFirst(isNegative ? 1 : 0) {
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            let digit = Int64(line[byte: offset] - UInt8(ascii: "0"))
            let (next, underflow) = tenfold.subtractingReportingOverflow(digit)
            guard !overflow, !underflow else { return nil }
            value = next
        }
        guard !isNegative else { return value }
        return value == .min ? nil : -value
    }
}

extension UInt8 {
    static var openBrace: UInt8 { UInt8(ascii: "{") }
    static var closeBrace: UInt8 { UInt8(ascii: "}") }
    static var openBracket: UInt8 { UInt8(ascii: "[") }
    static var closeBracket: UInt8 { UInt8(ascii: "]") }
    static var minus: UInt8 { UInt8(ascii: "-") }
}
