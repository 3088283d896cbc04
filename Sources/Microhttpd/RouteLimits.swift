/// Bounds on what the requests of one route can take.
package struct RouteLimits: Sendable, Equatable {
    /// Bytes of a request body; nil for the server's limit.
    package var requestBody: Int?
    /// Bytes of a request body sent as gzip, once it is inflated; nil leaves it to the handler to read `Content-Encoding`.
    ///
    /// `requestBody` bounds it as sent. Another coding is answered 415.
    package var inflatedBody: Int?
    /// From the last byte of a request to the last of its answer; nil for the server's deadline.
    package var answerDeadline: Duration?
    /// How long the client may take for each piece of a stream.
    ///
    /// It replaces the deadline of the whole answer, and doesn't count while the stream is paused.
    package var progressDeadline: Duration?
    /// Requests at once, from the head until the end of the answer; further ones get 503, and nil is no limit.
    package var concurrency: Int?
    /// Whether answers count against the server's `pages`, and give way to others where their clients are slow.
    package var isPage = false

    /// The server's limits.
    package init() {}

    /// The server's limits, and those of pages.
    package static let page: RouteLimits = {
        var limits = RouteLimits()
        limits.isPage = true
        return limits
    }()
}
