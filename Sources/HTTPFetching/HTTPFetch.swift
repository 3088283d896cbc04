import Linux

/// A request of HTTP/1.0 over plain TCP, bounded in time and size.
package struct HTTPFetch {
    private static let timeLimit = Duration.seconds(30)
    /// Of all that the server sends; what chunks add to a body counts too.
    private static let answerLimit = HTTPReply.headLimit + HTTPReply.bodyLimit

    private let url: HTTPURL

    /// - Throws: `HTTPFetchError` for anything but an http URL without a user.
    package init(_ url: String) throws(HTTPFetchError) {
        self.url = try HTTPURL(url)
    }

    /// Gets a page of metrics; any status but 200 is an error.
    ///
    /// Blocks for at most 30 seconds and the time to look up the host's name.
    package func get() throws(HTTPFetchError) -> (body: [UInt8], contentType: String?) {
        let accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
        let head = request("GET", "Accept: \(accept)\r\n")
        var reply = try exchange(Array(head.utf8), accepting: 200...200, within: Self.timeLimit)
        return (try reply.body(), try reply.value(of: "Content-Type"))
    }

    /// Sends a body; any status below 200 or from 300 on is an error.
    ///
    /// Blocks for at most `timeout` and the time to look up the host's name.
    package func send(
        _ method: String, _ body: [UInt8], contentType: String, within timeout: Duration
    ) throws(HTTPFetchError) {
        let head = request(method, "Content-Type: \(contentType)\r\nContent-Length: \(body.count)\r\n")
        var reply = try exchange(Array(head.utf8) + body, accepting: 200...299, within: timeout)
        _ = try reply.body()
    }

    private func exchange(
        _ request: [UInt8], accepting statuses: ClosedRange<Int>, within timeout: Duration
    ) throws(HTTPFetchError) -> HTTPReply {
        let deadline = ContinuousClock.now + timeout
        var reply = HTTPReply(accepting: statuses)
        let connection = try Self.connecting { () throws(LinuxError) in
            let connection = try TCPConnection(host: url.host, port: url.port, deadline: deadline)
            try connection.write(request, deadline: deadline)
            return connection
        }
        var isOpen = true
        // Not every server closes the connection behind its answer.
        while isOpen, try !reply.isComplete() {
            isOpen = try Self.connecting { () throws(LinuxError) in
                try connection.read(appendingTo: &reply.bytes, limit: Self.answerLimit, deadline: deadline)
            }
        }
        return reply
    }

    private func request(_ method: String, _ fields: String) -> String {
        """
        \(method) \(url.target) HTTP/1.0\r
        Host: \(url.authority)\r
        User-Agent: heliograph\r
        \(fields)Accept-Encoding: identity\r
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
