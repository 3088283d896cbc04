import Bytes
import Testing

@testable import HTTPFetching

@Suite(.timeLimit(.minutes(5)))
struct HTTPReplyTests {
    @Test(arguments: [
        ("HTTP/1.0 200 OK\r\n\r\nto the end", "to the end"),
        ("HTTP/1.1 200\r\nContent-Length: 4\r\n\r\nbody and more", "body"),
        ("HTTP/1.1 200 \r\ncontent-LENGTH:\t4 \r\nContent-Length:4\r\n\r\nbody", "body"),
        ("HTTP/1.1 200 F\u{f6}und\r\nX:\r\nContent-Length: 0\r\n\r\n", ""),
        ("HTTP/1.1 200 OK\r\nContent-Encoding: Identity\r\n\r\n\r\n", "\r\n"),
        ("\(chunked)4\r\nbody\r\n0\r\n\r\nmore", "body"),
        ("\(chunked)0\r\n\r\n", ""),
        ("\(chunked)0A ;x=\"y\"\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n", "0123456789"),
        ("\(chunked)00002\r\n\r\n\r\n0\r\n\r\n", "\r\n"),
    ])
    func isTakenApart(answer: String, body: String) throws {
        #expect(try read(answer) == body)
        #expect(try read(answer, pieces: 1) == body)
    }

    @Test func headersKeepTheirOrderAndTheirInnerBlanks() throws {
        var reply = HTTPReply()
        reply.bytes = Array("HTTP/1.1 200 OK\r\nB: \t1 2\t\r\na-!:x:y\r\nC:\r\n\r\n".utf8)
        #expect(try !reply.isComplete())
        #expect(reply.headers.map(\.name) == ["b", "a-!", "c"])
        #expect(reply.headers.map(\.value) == ["1 2", "x:y", ""])
        #expect(try reply.value(of: "B") == "1 2")
        #expect(try reply.value(of: "d") == nil)
    }

    @Test func isCompleteWithAllOfItsLength() throws {
        var reply = HTTPReply()
        reply.bytes = Array(ok("Content-Length: 4", "bod").utf8)
        #expect(try !reply.isComplete())
        reply.bytes.append(UInt8(ascii: "y"))
        #expect(try reply.isComplete())
    }

    @Test(
        arguments: [
            ("", "The server closed the connection without an answer."),
            ("HTTP/1.1 200 OK", "The answer ends within its headers."),
            ("HTTP/1.1 200 OK\r\nA: b\r\n", "The answer ends within its headers."),
            (ok("Content-Length: 5", "body"), "The body of the answer ends after 4 of 5 bytes."),
            (ok("Content-Length: ", "body"), "The Content-Length of the answer is \"\"."),
            (ok("Content-Length: +4", "body"), "The Content-Length of the answer is \"+4\"."),
            (ok("Content-Length: 4, 4", "body"), "The Content-Length of the answer is \"4, 4\"."),
            (ok("Content-Length: 268435457", "body"), bodyTooLong),
            (ok("Content-Length: 99999999999999999999", "body"), bodyTooLong),
            (
                ok("Content-Length: 4\r\nContent-Length: 3", "body"),
                "The answer has two different Content-Length headers."
            ),
            (
                ok("Content-Length: 4\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
                "The answer has both a Content-Length and a Transfer-Encoding."
            ),
            (
                ok("Transfer-Encoding: gzip, chunked", ""),
                "The Transfer-Encoding of the answer is \"gzip, chunked\"."
            ),
            (ok("Content-Encoding: gzip", ""), "The Content-Encoding of the answer is \"gzip\"."),
            ("\(chunked)", unfinished),
            ("\(chunked)4", unfinished),
            ("\(chunked)4\r\nbod", unfinished),
            ("\(chunked)4\r\nbody\r\n", unfinished),
            ("\(chunked)4\r\nbody\r\n0\r\n", unfinished),
            ("\(chunked)4\r\nbody\r\n0\r\nA: b\r\n", unfinished),
            ("\(chunked)1\r\nb\r\n3\r\nbody\r\n0\r\n\r\n", malformedChunk(at: 6)),
            ("\(chunked)-4\r\nbody\r\n", malformedChunk(at: 0)),
            ("\(chunked)4 4\r\nbody\r\n", malformedChunk(at: 0)),
            ("\(chunked)000000004\r\nbody\r\n", malformedChunk(at: 0)),
            ("\(chunked)\r\n", malformedChunk(at: 0)),
            ("\(chunked)FFFFFFFF\r\n", bodyTooLong),
            ("\(chunked)4\nbody\r\n", notHTTP("4")),
        ])
    func isRefused(answer: String, message: String) {
        #expect(throws: HTTPFetchError.answer(message)) { try read(answer) }
        #expect(throws: HTTPFetchError.answer(message)) { try read(answer, pieces: 1) }
    }

    @Test func anotherStatusIsAnError() {
        #expect(throws: HTTPFetchError.status(404)) { try read("HTTP/1.1 404 \r\n\r\n") }
    }

    @Test(arguments: [
        "", "HTTP/1.", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 2000",
        "HTTP/1.1 099", "HTTP/1.1 600",
        "HTTP/2.0 200 OK", "http/1.1 200 OK", "HTTP/1.x 200 OK", "HTTP/1.1  200", "HTTP/1.1 200-",
        "SSH-2.0-x",
        "HTTP/1.10 200 OK", "HTTP/1.1\t200 OK",
    ])
    func aStatusLineIsRefused(line: String) {
        #expect(throws: HTTPFetchError.answer(notHTTP(line))) { try read("\(line)\r\n\r\n") }
    }

    @Test(arguments: ["no colon", ": no name", "A : b", " folded: x", "\tfolded", "A\u{7f}: b", "A: \u{1}"])
    func aHeaderLineIsRefused(line: String) {
        #expect {
            try read("HTTP/1.0 200 OK\r\n\(line)\r\n\r\n")
        } throws: { error in
            "\(error)".hasPrefix(notHTTP(line).dropLast(2))
        }
    }

    @Test func bareLineFeedsAreRefused() {
        #expect(throws: HTTPFetchError.answer(notHTTP("HTTP/1.0 200 OK"))) {
            try read("HTTP/1.0 200 OK\n\nbody")
        }
    }

    @Test func aHeadPastItsLimitIsRefused() throws {
        let start = "HTTP/1.0 200 OK\r\nA: "
        let padding = String(repeating: "x", count: 65_536 - start.utf8.count - 4)
        #expect(try read("\(start)\(padding)\r\n\r\n") == "")
        #expect(throws: HTTPFetchError.answer("The headers of the answer are longer than 65536 bytes.")) {
            try read("\(start)\(padding)x\r\n\r\n")
        }
    }

    @Test func everyBeginningOfAnAnswerIsUnfinished() {
        let answer = "\(chunked)4;a\r\nbody\r\n0\r\nA: b\r\n\r\n"
        let ends = ["without an answer.", "within its headers.", "before its last chunk."]
        for count in 0..<answer.utf8.count {
            let beginning = String(decoding: answer.utf8.prefix(count), as: UTF8.self)
            #expect {
                try read(beginning)
            } throws: { error in
                ends.contains { "\(error)".hasSuffix($0) }
            }
        }
    }

    @Test func whatAServerSentIsQuotedInASCII() {
        let line = "\u{1b}[2J\u{9b}\"\(String(repeating: "x", count: 100))"
        let padding = String(repeating: "x", count: 74)
        #expect(HTTPFetchError.quoted(line) == #""\u{1B}[2J\u{009B}\"\#(padding)""#)
    }

    /// The body of an answer that arrives in pieces of so many bytes.
    private func read(_ answer: String, pieces: Int = .max) throws -> String {
        var reply = HTTPReply()
        var rest = Array(answer.utf8)[...]
        repeat {
            reply.bytes += rest.prefix(pieces)
            rest = rest.dropFirst(pieces)
        } while try !reply.isComplete() && !rest.isEmpty
        return String(decoding: try reply.body(), as: UTF8.self)
    }
}

private let chunked = ok("Transfer-Encoding: Chunked", "")
private let unfinished = "The body of the answer ends before its last chunk."
private let bodyTooLong = "The body of the answer is longer than 268435456 bytes."

private func malformedChunk(at offset: Int) -> String {
    "The body of the answer has a malformed chunk at byte \(offset)."
}

private func notHTTP(_ line: String) -> String {
    "The answer is not HTTP/1: it has the line \(HTTPFetchError.quoted(line))."
}

private func ok(_ headers: String, _ body: String) -> String {
    "HTTP/1.1 200 OK\r\n\(headers)\r\n\r\n\(body)"
}
