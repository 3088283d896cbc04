/// The chunked transfer coding (RFC 9112, 7.1); extensions and trailers are checked for their form and dropped.
enum ChunkedBody {
    /// The body without the coding; what follows its end is ignored.
    static func decode(_ bytes: ArraySlice<UInt8>, limit: Int) throws(HTTPFetchError) -> [UInt8] {
        var body: [UInt8] = []
        var rest = bytes
        while true {
            let offset = rest.startIndex - bytes.startIndex
            var lines = HTTPLines(rest)
            guard let line = try lines.next() else { throw .chunksUnfinished }
            guard let size = size(line) else { throw .malformedChunk(offset: offset) }
            guard size > 0 else {
                try skipTrailers(&lines)
                return body
            }
            guard body.count + size <= limit else { throw .bodyTooLong(limit: limit) }
            let data = rest[lines.position...].prefix(size)
            body += data
            rest = rest[data.endIndex...]
            guard rest.count >= 2 else { throw .chunksUnfinished }
            guard rest.starts(with: "\r\n".utf8) else { throw .malformedChunk(offset: offset) }
            rest = rest.dropFirst(2)
        }
    }

    /// At most eight hexadecimal digits, so that no sum overflows.
    private static func size(_ line: ArraySlice<UInt8>) -> Int? {
        let digits = line.prefix { Character(UnicodeScalar($0)).isHexDigit }
        let next = line[digits.endIndex...].first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        guard digits.count <= 8, next == nil || next == UInt8(ascii: ";") else { return nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    private static func skipTrailers(_ lines: inout HTTPLines) throws(HTTPFetchError) {
        while let line = try lines.next() {
            if line.isEmpty { return }
        }
        throw .chunksUnfinished
    }
}
