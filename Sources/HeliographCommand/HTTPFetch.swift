import Bytes
import Linux

/// Why a page could not be fetched; the texts are whole sentences.
enum HTTPFetchError: Error, Equatable, CustomStringConvertible {
    /// The URL can't be fetched.
    case url(String)
    case connection(LinuxError)
    /// The server answered with another status than 200.
    case status(Int)
    /// The answer breaks the rules of HTTP/1 or a limit.
    case answer(String)

    var description: String {
        switch self {
        case .url(let text), .answer(let text): text
        case .connection(let error): error.description
        case .status(let code) where 300..<400 ~= code:
            "The server answered with status \(code), and redirects are not followed."
        case .status(let code): "The server answered with status \(code), not 200."
        }
    }

    /// The beginning of `text` in ASCII, so that no server writes to the terminal as it likes.
    static func quoted(_ text: some StringProtocol) -> String {
        "\"\(text.unicodeScalars.prefix(80).map { $0.escaped(asASCII: true) }.joined())\""
    }
}

/// A GET request of HTTP/1.0 for a page of metrics, bounded in time and size.
struct HTTPFetch {
    private static let timeLimit = Duration.seconds(30)
    /// Of all that the server sends; what chunks add to a body counts too.
    private static let answerLimit = HTTPReply.headLimit + HTTPReply.bodyLimit

    private let url: HTTPURL

    /// - Throws: `HTTPFetchError` for anything but an http URL without a user.
    init(_ url: String) throws(HTTPFetchError) {
        self.url = try HTTPURL(url)
    }

    /// Blocks for at most 30 seconds and the time to look up the host's name; any status but 200 is an error.
    func get() throws(HTTPFetchError) -> (body: [UInt8], contentType: String?) {
        let deadline = ContinuousClock.now + Self.timeLimit
        var reply = HTTPReply()
        let connection = try Self.connecting { () throws(LinuxError) in
            let connection = try TCPConnection(host: url.host, port: url.port, deadline: deadline)
            try connection.write(Array(request.utf8), deadline: deadline)
            return connection
        }
        var isOpen = true
        // Not every server closes the connection behind its answer.
        while isOpen, try !reply.isComplete() {
            isOpen = try Self.connecting { () throws(LinuxError) in
                try connection.read(appendingTo: &reply.bytes, limit: Self.answerLimit, deadline: deadline)
            }
        }
        return (try reply.body(), try reply.value(of: "Content-Type"))
    }

    private var request: String {
        """
        GET \(url.target) HTTP/1.0\r
        Host: \(url.authority)\r
        User-Agent: heliograph\r
        Accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r
        Accept-Encoding: identity\r
        Connection: close\r
        \r

        """
    }

    private static func connecting<Result: ~Copyable>(
        _ body: () throws(LinuxError) -> Result
    ) throws(HTTPFetchError) -> Result {
        do throws(LinuxError) { return try body() } catch { throw .connection(error) }
    }
}

/// The parts of an http URL that a request needs (RFC 3986, RFC 9110); the fragment is dropped.
struct HTTPURL {
    /// Without the brackets of an IPv6 address.
    let host: String
    let port: UInt16
    /// Path and query, never empty.
    let target: String
    /// The value of the Host header.
    let authority: String

    init(_ url: String) throws(HTTPFetchError) {
        let lowercase = url.lowercased()
        guard !lowercase.hasPrefix("https://") else {
            throw .url("Only http:// URLs can be fetched; pipe an https:// page in with curl.")
        }
        guard lowercase.hasPrefix("http://") else {
            throw .url("\(HTTPFetchError.quoted(url)) does not start with http://.")
        }
        // A space or a line end would break out of the request line.
        if let offset = url.utf8.enumerated().first(where: { !(0x21...0x7e ~= $0.element) })?.offset {
            throw .url("Byte \(offset) of the URL must be percent-encoded.")
        }
        let rest = url.dropFirst("http://".count).prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else {
            throw .url("A URL with a user name can't be fetched; pipe such a page in with curl.")
        }
        let bracket =
            authority.hasPrefix("[") ? authority.firstIndex(of: "]").map(authority.index(after:)) : nil
        let name = authority[..<(bracket ?? authority.firstIndex(of: ":") ?? authority.endIndex)]
        let colonAndPort = authority[name.endIndex...]
        guard let host = Self.host(name) else {
            let quoted = HTTPFetchError.quoted(name)
            throw .url("\(quoted) is not a host name or address; IPv6 is written [::1].")
        }
        guard let port = Self.port(colonAndPort) else {
            throw .url("\(HTTPFetchError.quoted(colonAndPort.dropFirst())) is not a port from 1 to 65535.")
        }
        (self.host, self.port) = (host, port)
        self.authority = port == 80 ? String(name) : "\(name):\(port)"
        let target = rest[authority.endIndex...]
        self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
    }

    private static func host(_ name: Substring) -> String? {
        if name.hasPrefix("["), name.hasSuffix("]") {
            let address = name.dropFirst().dropLast()
            let isAddress = address.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
            return isAddress && address.contains(":") ? String(address) : nil
        }
        let isName = name.allSatisfy { $0.isLetter || $0.isNumber || "-._".contains($0) }
        return isName && 1...253 ~= name.utf8.count ? String(name) : nil
    }

    /// RFC 3986, 3.2.3: a colon without digits means the default port.
    private static func port(_ colonAndPort: Substring) -> UInt16? {
        if colonAndPort.isEmpty || colonAndPort == ":" { return 80 }
        let digits = colonAndPort.dropFirst()
        guard colonAndPort.hasPrefix(":"), digits.allSatisfy(\.isNumber) else { return nil }
        return UInt16(digits).flatMap { $0 > 0 ? $0 : nil }
    }
}
