/// An answer to a GET request with its body taken out of its framing.
struct HTTPReply {
    let head: HTTPReplyHead
    let body: [UInt8]

    /// Reads what a server sent: all until it closed the connection, or as much as the length it announced.
    init(_ answer: [UInt8]) throws(HTTPFetchError) {
        guard let head = try HTTPReplyHead(answer) else {
            throw answer.isEmpty ? .noAnswer : .headUnfinished
        }
        self.head = head
        let rest = answer[head.length...]
        switch try head.framing() {
        case .length(let length):
            guard rest.count >= length else { throw .bodyUnfinished(received: rest.count, expected: length) }
            body = Array(rest.prefix(length))
        case .chunked:
            body = try ChunkedBody.decode(rest, limit: HTTPReplyHead.bodyLimit)
        case .endOfStream:
            guard rest.count <= HTTPReplyHead.bodyLimit else {
                throw .bodyTooLong(limit: HTTPReplyHead.bodyLimit)
            }
            body = Array(rest)
        }
    }
}
