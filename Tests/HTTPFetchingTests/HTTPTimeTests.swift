import Testing

@testable import HTTPFetching

/// Answers that come in byte by byte; what was read is not to be read again.
@Suite(.timeLimit(.minutes(5)))
struct HTTPTimeTests {
    @Test func aHeadIsReadOnce() throws {
        let head =
            "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n" + String(repeating: "a:\r\n", count: 15_000)
        for _ in 0..<4 {
            var reply = HTTPReply()
            for byte in head.utf8 {
                reply.bytes.append(byte)
                _ = try reply.isComplete()
            }
            #expect(reply.headers.count == 15_001)
        }
    }

    @Test func aBodyIsNotSearched() throws {
        var reply = HTTPReply()
        reply.bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n".utf8)
        var isComplete = try reply.isComplete()
        for _ in 1..<200_000 {
            reply.bytes.append(0)
            isComplete = try isComplete || reply.isComplete()
        }
        #expect(!isComplete)
        reply.bytes.append(0)
        isComplete = try reply.isComplete()
        #expect(isComplete)
    }
}
