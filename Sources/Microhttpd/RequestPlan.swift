/// The head of a request as it was sent.
struct RequestHead: Equatable {
    let method: String
    /// Path and query, not decoded.
    let target: String
    let version: String
    let headers: Headers

    /// Of a version that we speak, without a space in its target, and with the field that HTTP/1.1 demands (RFC 9112, sections
    /// 3 and 3.2); libmicrohttpd leaves both to us.
    var isWellFormed: Bool {
        guard !target.utf8.contains(UInt8(ascii: " ")) else { return false }
        return version == "HTTP/1.0" || (version == "HTTP/1.1" && headers["Host"] != nil)
    }
}

/// What is decided of a request once its head is read.
enum RequestPlan {
    /// Read the body, then call the handler.
    case call(RouteCall)
    /// Answer without a handler; the pattern is that of the path, if it is known.
    case refuse(Response, pattern: String?)

    var pattern: String? {
        switch self {
        case .call(let call): call.pattern
        case .refuse(_, let pattern): pattern
        }
    }
}

/// A request with the route that it leads to.
struct RouteCall {
    var request: Request
    let route: Route
    let pattern: String
    let bodyLimit: Int
    /// Bytes of the body once it is inflated; nil if it isn't to be.
    let inflatedLimit: Int?
    /// Given back once the answer is over.
    let place: Place?
}

/// How a body is announced.
struct Framing: Equatable {
    /// Nil for a chunked body, 0 without one.
    let length: Int?
    let awaitsContinue: Bool

    /// Nil for both framings at once or two lengths, which a proxy before us could read differently.
    init?(_ headers: Headers) {
        let lengths = headers.values("Content-Length")
        let isChunked = headers["Transfer-Encoding"] != nil
        guard lengths.isEmpty || (lengths.allSatisfy { $0 == lengths[0] } && !isChunked) else { return nil }
        // libmicrohttpd refuses what is no number; one that doesn't fit is longer than any limit.
        length = isChunked ? nil : lengths.first.map { Int($0) ?? .max } ?? 0
        awaitsContinue = headers["Expect"] != nil
    }
}
