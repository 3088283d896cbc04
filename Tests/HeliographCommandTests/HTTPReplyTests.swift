import Testing

@testable import HeliographCommand

struct HTTPReplyTests {
    @Test(arguments: [
        ("HTTP/1.0 200 OK\r\n\r\nto the end", 200, "to the end"),
        ("HTTP/1.1 200\r\nContent-Length: 4\r\n\r\nbody and more", 200, "body"),
        ("HTTP/1.1 200 \r\ncontent-LENGTH:\t4 \r\nContent-Length:4\r\n\r\nbody", 200, "body"),
        ("HTTP/1.1 404 Not F\u{f6}und\r\nX:\r\nContent-Length: 0\r\n\r\n", 404, ""),
        ("HTTP/1.1 200 OK\r\nContent-Encoding: Identity\r\n\r\n\r\n", 200, "\r\n"),
        ("\(chunked)4\r\nbody\r\n0\r\n\r\nmore", 200, "body"),
        ("\(chunked)0\r\n\r\n", 200, ""),
        ("\(chunked)0A ;x=\"y\"\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n", 200, "0123456789"),
        ("\(chunked)00002\r\n\r\n\r\n0\r\n\r\n", 200, "\r\n"),
    ])
    func isTakenApart(answer: String, status: Int, body: String) throws {
        let reply = try HTTPReply(Array(answer.utf8))
        #expect(reply.head.status == status)
        #expect(String(decoding: reply.body, as: UTF8.self) == body)
    }

    @Test func headersKeepTheirOrderAndTheirInnerBlanks() throws {
        let reply = try HTTPReply(Array("HTTP/1.1 200 OK\r\nB: \t1 2\t\r\na-!:x:y\r\nC:\r\n\r\n".utf8))
        #expect(reply.head.headers.map(\.name) == ["b", "a-!", "c"])
        #expect(reply.head.headers.map(\.value) == ["1 2", "x:y", ""])
        #expect(try reply.head.value(of: "B") == "1 2")
        #expect(try reply.head.value(of: "d") == nil)
    }

    @Test(
        arguments: [
            ("", .noAnswer),
            ("HTTP/1.1 200 OK", .headUnfinished),
            ("HTTP/1.1 200 OK\r\nA: b\r\n", .headUnfinished),
            (ok("Content-Length: 5", "body"), .bodyUnfinished(received: 4, expected: 5)),
            (ok("Content-Length: ", "body"), .unusableContentLength("")),
            (ok("Content-Length: +4", "body"), .unusableContentLength("+4")),
            (ok("Content-Length: 4, 4", "body"), .unusableContentLength("4, 4")),
            (ok("Content-Length: 268435457", "body"), .bodyTooLong(limit: 268_435_456)),
            (ok("Content-Length: 99999999999999999999", "body"), .bodyTooLong(limit: 268_435_456)),
            (ok("Content-Length: 4\r\nContent-Length: 3", "body"), .contradictoryHeader("Content-Length")),
            (ok("Content-Length: 4\r\nTransfer-Encoding: chunked", "0\r\n\r\n"), .lengthAndChunks),
            (
                ok("Transfer-Encoding: gzip, chunked", ""),
                .unknownCoding(header: "Transfer-Encoding", value: "gzip, chunked")
            ),
            (ok("Content-Encoding: gzip", ""), .unknownCoding(header: "Content-Encoding", value: "gzip")),
            ("\(chunked)", .chunksUnfinished),
            ("\(chunked)4", .chunksUnfinished),
            ("\(chunked)4\r\nbod", .chunksUnfinished),
            ("\(chunked)4\r\nbody\r\n", .chunksUnfinished),
            ("\(chunked)4\r\nbody\r\n0\r\n", .chunksUnfinished),
            ("\(chunked)4\r\nbody\r\n0\r\nA: b\r\n", .chunksUnfinished),
            ("\(chunked)1\r\nb\r\n3\r\nbody\r\n0\r\n\r\n", .malformedChunk(offset: 6)),
            ("\(chunked)-4\r\nbody\r\n", .malformedChunk(offset: 0)),
            ("\(chunked)4 4\r\nbody\r\n", .malformedChunk(offset: 0)),
            ("\(chunked)000000004\r\nbody\r\n", .malformedChunk(offset: 0)),
            ("\(chunked)\r\n", .malformedChunk(offset: 0)),
            ("\(chunked)FFFFFFFF\r\n", .bodyTooLong(limit: 268_435_456)),
            ("\(chunked)4\nbody\r\n", .malformedLine("4")),
        ] as [(String, HTTPFetchError)])
    func isRefused(answer: String, error: HTTPFetchError) {
        #expect(throws: error) { try HTTPReply(Array(answer.utf8)) }
    }

    @Test(arguments: [
        "", "HTTP/1.", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 2000",
        "HTTP/1.1 099", "HTTP/1.1 600",
        "HTTP/2.0 200 OK", "http/1.1 200 OK", "HTTP/1.x 200 OK", "HTTP/1.1  200", "HTTP/1.1 200-",
        "SSH-2.0-x",
        "HTTP/1.10 200 OK", "HTTP/1.1\t200 OK",
    ])
    func aStatusLineIsRefused(line: String) {
        #expect(throws: HTTPFetchError.malformedLine(line)) { try HTTPReply(Array("\(line)\r\n\r\n".utf8)) }
    }

    @Test(arguments: ["no colon", ": no name", "A : b", " folded: x", "\tfolded", "A\u{7f}: b", "A: \u{1}"])
    func aHeaderLineIsRefused(line: String) {
        let answer = Array("HTTP/1.0 200 OK\r\n\(line)\r\n\r\n".utf8)
        #expect { try HTTPReply(answer) } throws: { error in
            guard case .malformedLine(let text)? = error as? HTTPFetchError else { return false }
            return text.hasPrefix(line)
        }
    }

    @Test func bareLineFeedsAreRefused() {
        #expect(throws: HTTPFetchError.malformedLine("HTTP/1.0 200 OK")) {
            try HTTPReply(Array("HTTP/1.0 200 OK\n\nbody".utf8))
        }
    }

    @Test func aHeadPastItsLimitIsRefused() throws {
        let start = Array("HTTP/1.0 200 OK\r\nA: ".utf8)
        let end = Array("\r\n\r\n".utf8)
        let padding = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536 - start.count - end.count)
        #expect(try HTTPReply(start + padding + end).head.length == 65_536)
        #expect(throws: HTTPFetchError.headTooLong(limit: 65_536)) {
            try HTTPReply(start + padding + [UInt8(ascii: "x")] + end)
        }
    }

    @Test func everyBeginningOfAnAnswerIsUnfinished() {
        let answer = Array("\(chunked)4;a\r\nbody\r\n0\r\nA: b\r\n\r\n".utf8)
        let unfinished: [HTTPFetchError] = [.noAnswer, .headUnfinished, .chunksUnfinished]
        for count in answer.indices {
            #expect { try HTTPReply(Array(answer[..<count])) } throws: { error in
                (error as? HTTPFetchError).map(unfinished.contains) == true
            }
        }
    }

    @Test func whatAServerSentIsQuotedInASCII() {
        let error = HTTPFetchError.malformedLine("\u{1b}[2J\u{9b}\"\(String(repeating: "x", count: 100))")
        let padding = String(repeating: "x", count: 74)
        let text = #"The answer is not HTTP/1: it has the line "\u{1B}[2J\u{009B}\"\#(padding)"."#
        #expect(error.description == text)
    }
}

private let chunked = ok("Transfer-Encoding: Chunked", "")

private func ok(_ headers: String, _ body: String) -> String {
    "HTTP/1.1 200 OK\r\n\(headers)\r\n\r\n\(body)"
}
