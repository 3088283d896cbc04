/// What is known of a request once its last byte was sent or its connection ended, for metrics of requests.
package struct FinishedRequest: Sendable, Equatable {
    /// The path of the matched route; nil if none matched.
    package let route: String?
    /// The status that was answered; nil if the connection ended before that.
    package let status: Int?
    /// From the request line to the end of the answer.
    package let duration: Duration
    /// Bytes of the answer's body as sent, after compression; 0 for HEAD and where nothing was answered.
    package let bodyBytes: Int
    /// Whether the whole answer was handed to the kernel.
    package let isComplete: Bool
}
