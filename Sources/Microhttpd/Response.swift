/// What a handler answers.
package struct Response: Sendable, Equatable {
    /// The bytes of an answer.
    package enum Body: Sendable, Equatable {
        /// No bytes, as for 204 or a redirect.
        case empty
        /// A whole body in memory.
        case bytes([UInt8])
        /// A body that is made while it is sent, in chunks.
        case stream(StreamedBody)
    }

    /// The status code; anything outside 200 to 599 is answered as 500.
    package var status: Int
    /// The `Content-Type`; nil sends none.
    package var contentType: String?
    /// Further fields; one that HTTP or libmicrohttpd forbids (`Content-Length`, a line break) is logged and left out.
    package var headers: Headers
    /// The body; for HEAD its length is announced, if it is known, and it is not sent.
    package var body: Body
    /// Whether compression may be tried; set it to false for what is compressed already.
    package var isCompressible: Bool

    /// An answer from its parts.
    package init(
        status: Int = 200, contentType: String? = nil, headers: Headers = Headers(), body: Body = .empty,
        isCompressible: Bool = true
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
        self.isCompressible = isCompressible
    }

    /// A plain text answer in UTF-8; a line break is added.
    package static func text(_ text: String, status: Int = 200, headers: Headers = Headers()) -> Response {
        Response(
            status: status, contentType: "text/plain; charset=utf-8", headers: headers,
            body: .bytes(Array(text.utf8) + [0x0a]))
    }
}
