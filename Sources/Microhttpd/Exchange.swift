/// A request while libmicrohttpd reads and answers it; used only by the thread that serves its connection.
final class Exchange {
    /// What to do once the head of a request is read.
    enum Decision: Equatable {
        /// Read the body, then answer.
        case proceed
        /// Answer now; libmicrohttpd then closes the connection.
        case refuse
        /// End the connection without an answer.
        case abandon
    }

    let start = ContinuousClock.now
    /// The target as sent, path and query.
    let target: String
    var hasHead = false
    /// Set when the answer is decided without the handler.
    private(set) var refusal: Response?
    private(set) var body: [UInt8] = []
    private var drained = 0
    /// What was answered, for the report at the end.
    var answer: (route: String?, status: Int, bodyBytes: Int)?

    init(target: String) {
        self.target = target
    }

    /// Judges the head of a request.
    ///
    /// Both framings at once, or two lengths, could be read differently by a proxy before us.
    func receiveHead(version: String, headers: Headers, bodyLimit: Int) -> Decision {
        hasHead = true
        let lengths = Set(headers.values("Content-Length"))
        let isAmbiguous = lengths.count > 1 || (!lengths.isEmpty && headers["Transfer-Encoding"] != nil)
        guard version == "HTTP/1.1" || version == "HTTP/1.0", !isAmbiguous else {
            refusal = .text("400 Bad Request", status: 400)
            return .refuse
        }
        guard let text = lengths.first, let length = Int(text), length > bodyLimit else { return .proceed }
        refusal = Self.tooLarge
        // Closing with unread bytes resets the connection, which can lose the answer; a moderate body is read and dropped.
        return headers["Expect"] != nil || length > Self.drainLimit(bodyLimit) ? .refuse : .proceed
    }

    /// Takes a part of the body, or drops it if the body is too long.
    func receiveBody(_ part: UnsafeBufferPointer<UInt8>, bodyLimit: Int) -> Decision {
        if refusal == nil, part.count <= bodyLimit - body.count {
            unsafe body.append(contentsOf: part)
            return .proceed
        }
        refusal = Self.tooLarge
        body = []
        drained += part.count
        return drained > Self.drainLimit(bodyLimit) ? .abandon : .proceed
    }

    /// What a finished request reports.
    func report(isComplete: Bool) -> FinishedRequest {
        FinishedRequest(
            route: answer?.route, status: answer?.status, duration: start.duration(to: .now),
            bodyBytes: answer?.bodyBytes ?? 0, isComplete: isComplete)
    }

    private static let tooLarge = Response.text("413 Content Too Large", status: 413)

    private static func drainLimit(_ bodyLimit: Int) -> Int { (1 << 20) + bodyLimit }
}
