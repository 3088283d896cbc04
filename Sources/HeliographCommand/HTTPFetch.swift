import Linux

/// A GET request of HTTP/1.0 for a page of metrics, bounded in time and size.
struct HTTPFetch {
    private static let timeLimit = Duration.seconds(30)
    /// Of all that the server sends; what chunks add to a body counts too.
    private static let answerLimit = HTTPReplyHead.limit + HTTPReplyHead.bodyLimit

    private let url: HTTPURL

    /// - Throws: `HTTPFetchError` for anything but an http URL without a user.
    init(_ url: String) throws(HTTPFetchError) {
        self.url = try HTTPURL(url)
    }

    /// Blocks for at most 30 seconds and the time to look up the host's name; any status but 200 is an error.
    func get() throws(HTTPFetchError) -> (body: [UInt8], contentType: String?) {
        let reply = try HTTPReply(try answer(before: .now + Self.timeLimit))
        return (reply.body, try reply.head.value(of: "Content-Type"))
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

    private func answer(before deadline: ContinuousClock.Instant) throws(HTTPFetchError) -> [UInt8] {
        let connection = try Self.connecting { () throws(LinuxError) in
            let connection = try TCPConnection(host: url.host, port: url.port, deadline: deadline)
            try connection.write(Array(request.utf8), deadline: deadline)
            return connection
        }
        var answer: [UInt8] = []
        var head: HTTPReplyHead?
        var isOpen = true
        while isOpen, try !Self.isComplete(answer, &head) {
            isOpen = try Self.connecting { () throws(LinuxError) in
                try connection.read(appendingTo: &answer, limit: Self.answerLimit, deadline: deadline)
            }
        }
        return answer
    }

    /// Whether more bytes can't change the reply: not every server closes the connection behind it.
    private static func isComplete(
        _ answer: [UInt8], _ head: inout HTTPReplyHead?
    ) throws(HTTPFetchError) -> Bool {
        if head == nil { head = try HTTPReplyHead(answer) }
        guard let head else { return false }
        guard head.status == 200 else { throw .status(head.status) }
        guard case .length(let length) = try head.framing() else { return false }
        return answer.count - head.length >= length
    }

    private static func connecting<Result: ~Copyable>(
        _ body: () throws(LinuxError) -> Result
    ) throws(HTTPFetchError) -> Result {
        do throws(LinuxError) {
            return try body()
        } catch {
            throw .connection(error)
        }
    }
}
