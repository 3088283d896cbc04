/// The status line and the headers of an answer, as RFC 9112 has them: no folded lines, no bare line feeds.
struct HTTPReplyHead {
    /// How the end of the body is known.
    enum Framing: Equatable {
        case length(Int)
        case chunked
        case endOfStream
    }

    /// The longest head that is read.
    static let limit = 1 << 16
    /// The longest body that is read.
    static let bodyLimit = 1 << 28

    let status: Int
    /// In the order of the answer, names in lower case.
    let headers: [(name: String, value: String)]
    /// The bytes of the head with the empty line behind it.
    let length: Int

    /// Reads the head at the start of an answer, `nil` while its end is not there.
    init?(_ answer: [UInt8]) throws(HTTPFetchError) {
        var lines = HTTPLines(answer.prefix(Self.limit))
        var status: Int?
        var headers: [(name: String, value: String)] = []
        while let line = try lines.next() {
            if let status, line.isEmpty {
                self.status = status
                self.headers = headers
                length = lines.position
                return
            } else if status == nil {
                status = try Self.status(line)
            } else {
                headers.append(try Self.header(line))
            }
        }
        guard answer.count < Self.limit else { throw .headTooLong(limit: Self.limit) }
        return nil
    }

    /// The value of a header that may stand there once; equal repetitions count as one.
    func value(of name: String) throws(HTTPFetchError) -> String? {
        let values = headers.filter { $0.name == name.lowercased() }.map(\.value)
        guard values.allSatisfy({ $0 == values.first }) else { throw .contradictoryHeader(name) }
        return values.first
    }

    /// Throws for codings that were not asked for, and for a body past the limit.
    func framing() throws(HTTPFetchError) -> Framing {
        if let coding = try value(of: "Content-Encoding"), coding.lowercased() != "identity" {
            throw .unknownCoding(header: "Content-Encoding", value: coding)
        }
        let length = try value(of: "Content-Length")
        guard let coding = try value(of: "Transfer-Encoding") else {
            return try length.map { (text) throws(HTTPFetchError) in .length(try Self.length(text)) }
                ?? .endOfStream
        }
        guard coding.lowercased() == "chunked" else {
            throw .unknownCoding(header: "Transfer-Encoding", value: coding)
        }
        // RFC 9112, 6.3: an answer with both is likely forged, and which one holds is anybody's guess.
        guard length == nil else { throw .lengthAndChunks }
        return .chunked
    }

    private static func length(_ text: String) throws(HTTPFetchError) -> Int {
        guard !text.isEmpty, text.utf8.allSatisfy(isDigit) else { throw .unusableContentLength(text) }
        guard let length = Int(text), length <= bodyLimit else { throw .bodyTooLong(limit: bodyLimit) }
        return length
    }

    /// `HTTP/1.x`, a space, three digits, and a space with any reason; the last space is often left out.
    private static func status(_ line: ArraySlice<UInt8>) throws(HTTPFetchError) -> Int {
        let rest = line.dropFirst("HTTP/1.x ".utf8.count)
        let digits = rest.prefix(3)
        guard digits.count == 3, digits.allSatisfy(isDigit),
            line.starts(with: "HTTP/1.".utf8), isDigit(line[line.startIndex + 7]),
            line[rest.startIndex - 1] == UInt8(ascii: " "),
            rest.count == 3 || rest[rest.startIndex + 3] == UInt8(ascii: " "),
            let status = Int(String(decoding: digits, as: UTF8.self)), 100..<600 ~= status
        else { throw HTTPLines.malformed(line) }
        return status
    }

    private static func header(_ line: ArraySlice<UInt8>) throws(HTTPFetchError) -> (String, String) {
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        guard !name.isEmpty, name.endIndex < line.endIndex, name.allSatisfy(isToken) else {
            throw HTTPLines.malformed(line)
        }
        let value = line[(name.endIndex + 1)...].trimming(isBlank)
        return (
            String(decoding: name, as: UTF8.self).lowercased(), String(decoding: value, as: UTF8.self)
        )
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }

    /// RFC 9110, 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte | 0x20 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: isDigit(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func trimming(_ isBlank: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        guard let last = lastIndex(where: { !isBlank($0) }) else { return [] }
        return self[...last].drop(while: isBlank)
    }
}
