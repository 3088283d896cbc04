import Bytes

/// An answer to a request, taken apart while it arrives (RFC 9112): no folded lines, no bare line feeds.
///
/// Every byte is looked at once, however the answer is cut into pieces.
struct HTTPReply {
    /// How the end of the body is known.
    private enum Framing {
        case length(Int)
        case chunked
        case endOfStream
    }

    /// The longest head that is read.
    static let headLimit = 1 << 16
    /// The longest body that is read.
    static let bodyLimit = 1 << 28

    /// What the server sent until now.
    var bytes: [UInt8] = []
    /// In the order of the answer, names in lower case.
    private(set) var headers: [(name: String, value: String)] = []
    private var status: Int?
    private let accepted: ClosedRange<Int>
    /// Nil until the head is complete.
    private var framing: Framing?
    /// Behind the last line that was read, or the last chunk.
    private var position = 0
    /// Between `position` and here there is no line end.
    private var searched = 0

    /// An answer that has to have one of these statuses.
    init(accepting statuses: ClosedRange<Int> = 200...200) { accepted = statuses }

    /// Reads on in the head, and says whether more bytes can't change the reply.
    ///
    /// - Throws: for other statuses than it takes, codings that were not asked for, and what is past a limit.
    mutating func isComplete() throws(HTTPFetchError) -> Bool {
        while framing == nil, let line = try nextLine(in: bytes.prefix(Self.headLimit)) {
            if let status, line.isEmpty {
                guard accepted.contains(status) else { throw .status(status) }
                framing = try announcedFraming()
            } else if status == nil {
                status = try Self.status(line)
            } else {
                headers.append(try Self.header(line))
            }
        }
        guard framing != nil || bytes.count < Self.headLimit else {
            throw .answer("The headers of the answer are longer than \(Self.headLimit) bytes.")
        }
        guard case .length(let length) = framing else { return false }
        return bytes.count - position >= length
    }

    /// The body without its framing, where the server will send no more; what follows it is ignored.
    mutating func body() throws(HTTPFetchError) -> [UInt8] {
        let rest = bytes[position...]
        switch framing {
        case .length(let length):
            guard rest.count >= length else {
                throw .answer("The body of the answer ends after \(rest.count) of \(length) bytes.")
            }
            return Array(rest.prefix(length))
        case .chunked:
            return try joinedChunks()
        case .endOfStream:
            guard rest.count <= Self.bodyLimit else { throw Self.bodyTooLong }
            return Array(rest)
        case nil:
            throw .answer(
                bytes.isEmpty
                    ? "The server closed the connection without an answer."
                    : "The answer ends within its headers.")
        }
    }

    /// The value of a header that may stand there once; equal repetitions count as one.
    func value(of name: String) throws(HTTPFetchError) -> String? {
        let values = headers.filter { $0.name == name.lowercased() }.map(\.value)
        guard values.allSatisfy({ $0 == values.first }) else {
            throw .answer("The answer has two different \(name) headers.")
        }
        return values.first
    }

    private func announcedFraming() throws(HTTPFetchError) -> Framing {
        try expect("identity", of: "Content-Encoding")
        try expect("chunked", of: "Transfer-Encoding")
        let isChunked = try value(of: "Transfer-Encoding") != nil
        guard let text = try value(of: "Content-Length") else { return isChunked ? .chunked : .endOfStream }
        // RFC 9112, 6.3: an answer with both is likely forged, and which one holds is anybody's guess.
        guard !isChunked else {
            throw .answer("The answer has both a Content-Length and a Transfer-Encoding.")
        }
        guard !text.isEmpty, text.utf8.allSatisfy(isDigit) else {
            throw .answer("The Content-Length of the answer is \(HTTPFetchError.quoted(text)).")
        }
        guard let length = Int(text), length <= Self.bodyLimit else { throw Self.bodyTooLong }
        return .length(length)
    }

    private func expect(_ coding: String, of name: String) throws(HTTPFetchError) {
        guard let value = try value(of: name), value.lowercased() != coding else { return }
        throw .answer("The \(name) of the answer is \(HTTPFetchError.quoted(value)).")
    }

    private static var bodyTooLong: HTTPFetchError {
        .answer("The body of the answer is longer than \(bodyLimit) bytes.")
    }
}

extension HTTPReply {
    /// Takes the chunked coding off (RFC 9112, 7.1); extensions and trailers are checked for their form and dropped.
    private mutating func joinedChunks() throws(HTTPFetchError) -> [UInt8] {
        let start = position
        var body: [UInt8] = []
        while true {
            let offset = position - start
            guard let size = Self.chunkSize(try chunkLine()) else { throw Self.malformedChunk(offset) }
            if size == 0 {
                while try !chunkLine().isEmpty {}
                return body
            }
            guard body.count + size <= Self.bodyLimit else { throw Self.bodyTooLong }
            let data = bytes[position...].prefix(size)
            let end = bytes[data.endIndex...].prefix(2)
            guard end.count == 2 else { throw Self.chunksUnfinished }
            guard end.elementsEqual("\r\n".utf8) else { throw Self.malformedChunk(offset) }
            body += data
            position = end.endIndex
        }
    }

    private mutating func chunkLine() throws(HTTPFetchError) -> ArraySlice<UInt8> {
        guard let line = try nextLine(in: bytes[...]) else { throw Self.chunksUnfinished }
        return line
    }

    private static func malformedChunk(_ offset: Int) -> HTTPFetchError {
        .answer("The body of the answer has a malformed chunk at byte \(offset).")
    }

    private static var chunksUnfinished: HTTPFetchError {
        .answer("The body of the answer ends before its last chunk.")
    }

    /// At most eight hexadecimal digits, so that no sum overflows.
    private static func chunkSize(_ line: ArraySlice<UInt8>) -> Int? {
        let digits = line.prefix { Character(UnicodeScalar($0)).isHexDigit }
        let next = line[digits.endIndex...].first { !isBlank($0) }
        guard digits.count <= 8, next == nil || next == UInt8(ascii: ";") else { return nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// The next line without its CR LF, nil while its end is not there.
    private mutating func nextLine(in bytes: ArraySlice<UInt8>) throws(HTTPFetchError) -> ArraySlice<UInt8>? {
        searched = max(searched, position)
        guard let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = bytes.endIndex
            return nil
        }
        let line = bytes[position..<end]
        guard line.last == UInt8(ascii: "\r"), line.dropLast().allSatisfy(isText) else {
            throw Self.malformed(line)
        }
        position = end + 1
        return line.dropLast()
    }

    /// `HTTP/1.x`, a space, three digits, and a space with any reason; the last space is often left out.
    private static func status(_ line: ArraySlice<UInt8>) throws(HTTPFetchError) -> Int {
        let version = line.prefix("HTTP/1.x ".utf8.count)
        let digits = line[version.endIndex...].prefix(3)
        guard version.starts(with: "HTTP/1.".utf8), version.dropFirst(7).first.map(isDigit) == true,
            version.dropFirst(8).first == UInt8(ascii: " "),
            digits.count == 3, digits.allSatisfy(isDigit),
            line[digits.endIndex...].first ?? UInt8(ascii: " ") == UInt8(ascii: " "),
            let status = Int(String(decoding: digits, as: UTF8.self)), 100..<600 ~= status
        else { throw malformed(line) }
        return status
    }

    private static func header(_ line: ArraySlice<UInt8>) throws(HTTPFetchError) -> (String, String) {
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        guard !name.isEmpty, name.endIndex < line.endIndex, name.allSatisfy(isToken) else {
            throw malformed(line)
        }
        let value = line[(name.endIndex + 1)...].drop(while: isBlank)
        let end = value.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? value.startIndex
        return (
            String(decoding: name, as: UTF8.self).lowercased(),
            String(decoding: value[..<end], as: UTF8.self)
        )
    }

    private static func malformed(_ line: ArraySlice<UInt8>) -> HTTPFetchError {
        let text = String(decoding: line, as: UTF8.self)
        return .answer("The answer is not HTTP/1: it has the line \(HTTPFetchError.quoted(text)).")
    }
}

private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}

private func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
}

/// No control character but the tab.
private func isText(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != 0x7f || byte == UInt8(ascii: "\t")
}

/// RFC 9110, 5.6.2.
private func isToken(_ byte: UInt8) -> Bool {
    switch byte | 0x20 {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): true
    default: isDigit(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
