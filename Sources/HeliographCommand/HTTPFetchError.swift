import Linux

/// Why a page could not be fetched.
enum HTTPFetchError: Error, Equatable, CustomStringConvertible {
    case notHTTP(url: String)
    case encryptedURL
    case userInURL
    /// `offset` counts bytes of the URL.
    case unusableCharacter(offset: Int)
    case unusableHost(String)
    case unusablePort(String)
    case connection(LinuxError)
    case noAnswer
    case headTooLong(limit: Int)
    case headUnfinished
    case malformedLine(String)
    case status(Int)
    case contradictoryHeader(String)
    case lengthAndChunks
    case unusableContentLength(String)
    case unknownCoding(header: String, value: String)
    case bodyTooLong(limit: Int)
    case bodyUnfinished(received: Int, expected: Int)
    /// `offset` counts bytes of the body as it was sent.
    case malformedChunk(offset: Int)
    case chunksUnfinished

    var description: String {
        switch self {
        case .notHTTP(let url): "\(quoted(url)) does not start with http://."
        case .encryptedURL: "Only http:// URLs can be fetched; pipe an https:// page in with curl."
        case .userInURL: "A URL with a user name can't be fetched; pipe such a page in with curl."
        case .unusableCharacter(let offset): "Byte \(offset) of the URL must be percent-encoded."
        case .unusableHost(let host): "\(quoted(host)) is not a host name or address; IPv6 is written [::1]."
        case .unusablePort(let port): "\(quoted(port)) is not a port from 1 to 65535."
        case .connection(let error): error.description
        case .noAnswer: "The server closed the connection without an answer."
        case .headTooLong(let limit): "The headers of the answer are longer than \(limit) bytes."
        case .headUnfinished: "The answer ends within its headers."
        case .malformedLine(let line): "The answer is not HTTP/1: it has the line \(quoted(line))."
        case .status(let code) where 300..<400 ~= code:
            "The server answered with status \(code), and redirects are not followed."
        case .status(let code): "The server answered with status \(code), not 200."
        case .contradictoryHeader(let name): "The answer has two different \(name) headers."
        case .lengthAndChunks: "The answer has both a Content-Length and a Transfer-Encoding."
        case .unusableContentLength(let value): "The Content-Length of the answer is \(quoted(value))."
        case .unknownCoding(let header, let value): "The \(header) of the answer is \(quoted(value))."
        case .bodyTooLong(let limit): "The body of the answer is longer than \(limit) bytes."
        case .bodyUnfinished(let received, let expected):
            "The body of the answer ends after \(received) of \(expected) bytes."
        case .malformedChunk(let offset):
            "The body of the answer has a malformed chunk at byte \(offset)."
        case .chunksUnfinished: "The body of the answer ends before its last chunk."
        }
    }

    /// The beginning of `text` in ASCII, so that no server writes to the terminal as it likes.
    private func quoted(_ text: String) -> String {
        "\"\(text.unicodeScalars.prefix(80).map { $0.escaped(asASCII: true) }.joined())\""
    }
}
