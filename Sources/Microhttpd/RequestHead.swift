/// The head of a request as it was sent.
struct RequestHead: Equatable {
    let method: String
    /// Path and query, not decoded.
    let target: String
    let version: String
    let headers: Headers
    /// Whether libmicrohttpd read each of its lines as every other recipient does; see `HeadLayout`.
    var isLaidOut = true

    /// Whether every recipient reads it alike (RFC 9112, sections 2.2, 3 and 5).
    ///
    /// libmicrohttpd takes nearly anything for a head. Where a proxy before us reads it differently, both see other requests
    /// on the connection, so one that is not well-formed ends it.
    var isWellFormed: Bool {
        guard isLaidOut, Self.isToken(method), Self.isTarget(target) else { return false }
        guard headers.fields.allSatisfy({ Self.isToken($0.name) && Self.isValue($0.value) }) else {
            return false
        }
        let hosts = headers.values("Host")
        switch version {
        case "HTTP/1.1": return hosts.count == 1 && hosts.allSatisfy(Self.isHost)
        case "HTTP/1.0": return hosts.count <= 1 && hosts.allSatisfy(Self.isHost)
        default: return false
        }
    }

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x5e...0x7a, 0x7c, 0x7e, 0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d,
                    0x2e:
                    true
                default: false
                }
            }
    }

    /// Bytes of UTF-8 that clients should have escaped are in nobody's way.
    private static func isTarget(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
    }

    /// RFC 9110, section 5.5.
    private static func isValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    }

    /// A host and perhaps a port, without what could be taken for several, or for more than that.
    private static func isHost(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 > 0x20 } && !text.utf8.contains { "/?#@,\\\"<>".utf8.contains($0) }
    }
}

/// How a body is announced.
struct Framing: Equatable {
    /// Nil for a chunked body, 0 without one.
    let length: Int?
    let awaitsContinue: Bool

    /// Nil for what a proxy before us could read differently: both framings at once, two of one, or a coding but `chunked`.
    init?(_ headers: Headers, version: String = "HTTP/1.1") {
        let lengths = headers.values("Content-Length")
        let codings = headers.values("Transfer-Encoding")
        awaitsContinue = headers["Expect"] != nil
        switch (lengths.count, codings.count) {
        case (0, 0): length = 0
        case (0, 1):
            // libmicrohttpd compares the whole value, and reads to the end of the connection where it is another one.
            guard codings[0].lowercased() == "chunked", version == "HTTP/1.1" else { return nil }
            length = nil
        case (1, 0):
            guard !lengths[0].isEmpty, lengths[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return nil
            }
            // One that doesn't fit is longer than any limit.
            length = Int(lengths[0]) ?? .max
        default: return nil
        }
    }
}
