import Glibc
import Linux
import Synchronization
import TestKit
import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct HTTPServerStreamTests {
    private static let never = StreamedBody.KeepAlive(every: .seconds(3600), sending: [0x3a])
    private static let request = "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test(arguments: [(3, 10), (300, 10_000), (40, 300_000)])
    func chunksArriveInOrderAndTheConnectionGoesOn(pieces: Int, size: Int) throws {
        let feed = StreamFeed()
        let reports = Mutex<[FinishedRequest]>([])
        let piece = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let server = try streamServer(finished: { report in reports.withLock { $0.append(report) } }) {
            StreamedBody(PieceProducer(pieces: pieces, piece: piece, feed: feed))
        }
        let client = try RawClient(port: server.boundPort)

        for _ in 0..<2 {
            let response = try client.exchange("GET", "/stream")
            #expect(response.headers["Content-Length"] == nil)
            #expect((response.body == Array(repeatElement(piece, count: pieces).joined())) == true)
        }
        server.stopAndWait()

        #expect(feed.outcomes == [.complete, .complete])
        #expect(reports.withLock { $0.map(\.bodyBytes) } == [pieces * size, pieces * size])
    }

    @Test func aPausedStreamGoesOnWhenAnotherThreadResumesIt() throws {
        let feed = StreamFeed()
        let stream = StreamedBody(FeedProducer(feed: feed), keepAlive: Self.never)
        let server = try streamServer { stream }
        let client = try RawClient(port: server.boundPort)

        client.send(Self.request)
        #expect(try client.head().status == 200)
        for text in ["one", "two", "three"] {
            feed.put(text)
            stream.resume()
            #expect(String(decoding: try client.chunk(), as: UTF8.self) == text)
        }
        feed.complete()
        stream.resume()

        #expect(try client.chunk().isEmpty)
        try eventually { feed.outcomes == [.complete] }
        // A stream that is over hears nothing any more.
        let fills = feed.fills
        stream.resume()
        #expect(try client.exchange("GET", "/other").status == 404)
        #expect(feed.fills == fills)
        #expect(feed.outcomes == [.complete])
    }

    @Test func noResumeIsLostWhileManyThreadsResume() throws {
        let feed = StreamFeed()
        let stream = StreamedBody(FeedProducer(feed: feed), keepAlive: Self.never)
        let server = try streamServer { stream }
        let client = try RawClient(port: server.boundPort)
        client.send(Self.request)
        #expect(try client.head().status == 200)

        let threads = try (0..<3).map { number in
            try DedicatedThread.start(name: "resumer") {
                for _ in 0..<2000 {
                    feed.put("x")
                    stream.resume()
                    if number == 0 { sched_yield() }
                }
            }
        }
        var received = 0
        while received < 6000 { received += try client.chunk().count }
        for thread in threads { thread.join() }

        #expect(received == 6000)
    }

    @Test func aPausedClientThatHasGoneIsNoticedAndToldOnce() throws {
        let feed = StreamFeed()
        let keepAlive = StreamedBody.KeepAlive(every: .milliseconds(10), sending: Array(":\n\n".utf8))
        let stream = StreamedBody(FeedProducer(feed: feed), keepAlive: keepAlive)
        let server = try streamServer { stream }
        var client: RawClient? = try RawClient(port: server.boundPort)
        client?.send(Self.request)
        #expect(try client?.head().status == 200)
        // Until then a paused connection is kept alive.
        for _ in 0..<3 { #expect(try client?.chunk() == Array(":\n\n".utf8)) }
        #expect(feed.outcomes.isEmpty)

        client = nil
        try eventually { !feed.outcomes.isEmpty && server.statistics.openConnections == 0 }
        stream.resume()
        server.stopAndWait()

        #expect(feed.outcomes == [.broken])
    }

    @Test(arguments: [Duration.seconds(100), .zero])
    func aStopEndsFiftyPausedStreams(bound: Duration) throws {
        let feed = StreamFeed()
        let server = try streamServer { StreamedBody(FeedProducer(feed: feed), keepAlive: Self.never) }
        let clients = try (0..<50).map { _ in try RawClient(port: server.boundPort) }
        for client in clients { client.send(Self.request) }
        for client in clients { #expect(try client.head().status == 200) }
        try eventually { feed.fills >= 50 }

        server.stopAndWait(within: bound)

        #expect(server.statistics.requestsInFlight == 0)
        #expect(feed.outcomes == Array(repeating: .broken, count: 50))
        if bound > .zero {
            for client in clients { #expect(try client.chunk().isEmpty) }
        }
    }

    @Test(arguments: [(1, 10), (300, 10_000), (3, 400_000)])
    func aStreamIsCompressedForThoseWhoAcceptIt(pieces: Int, size: Int) throws {
        let feed = StreamFeed()
        var generator = SeededGenerator(seed: 1)
        let piece = (0..<size).map { _ in UInt8.random(in: 0...9, using: &generator) }
        let server = try streamServer {
            StreamedBody(PieceProducer(pieces: pieces, piece: piece, feed: feed))
        }
        let client = try RawClient(port: server.boundPort)
        let whole = Array(repeatElement(piece, count: pieces).joined())

        let packed = try client.exchange("GET", "/stream", headers: "Accept-Encoding: gzip\r\n")
        let newer = try client.exchange("GET", "/stream", headers: "Accept-Encoding: gzip, zstd\r\n")
        let plain = try client.exchange("GET", "/stream")

        #expect(packed.headers["Content-Encoding"] == "gzip")
        #expect(packed.headers["Vary"] == "Accept-Encoding")
        #expect((inflated(packed.body) == whole) == true)
        #expect(newer.headers["Content-Encoding"] == "zstd")
        #expect(newer.headers["Vary"] == "Accept-Encoding")
        #expect((decoded(newer.body) == whole) == true)
        #expect(plain.headers["Content-Encoding"] == nil)
        #expect((plain.body == whole) == true)
    }

    @Test func aPauseSendsAllOfAFrameUntilThen() throws {
        let feed = StreamFeed()
        let stream = StreamedBody(FeedProducer(feed: feed), keepAlive: Self.never)
        let server = try streamServer { stream }
        let client = try RawClient(port: server.boundPort)
        client.send("GET /stream HTTP/1.1\r\nHost: a\r\nAccept-Encoding: zstd\r\n\r\n")
        #expect(try client.head().headers["Content-Encoding"] == "zstd")

        var frame: [UInt8] = []
        for text in ["one", "onetwo"] {
            feed.put(String(text.suffix(3)))
            stream.resume()
            while decoded(frame, isWhole: false) != Array(text.utf8) { frame += try client.chunk() }
        }
        feed.complete()
        stream.resume()
        while case let chunk = try client.chunk(), !chunk.isEmpty { frame += chunk }

        #expect(decoded(frame) == Array("onetwo".utf8))
    }

    @Test func streamsPastThirtyTwoAreNotCompressedUntilOneEnds() throws {
        let feed = StreamFeed()
        let keepAlive = StreamedBody.KeepAlive(every: .milliseconds(10), sending: Array(":\n\n".utf8))
        let server = try streamServer { StreamedBody(FeedProducer(feed: feed), keepAlive: keepAlive) }
        func coding(_ client: RawClient) throws -> String? {
            client.send("GET /stream HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n")
            return try client.head().headers["Content-Encoding"]
        }
        var clients = try (0..<33).map { _ in try RawClient(port: server.boundPort) }

        let codings = try clients.map(coding)
        clients.removeFirst()

        #expect(codings == Array(repeating: "gzip", count: 32) + [nil])
        try eventually { feed.outcomes == [.broken] }
        #expect(try coding(RawClient(port: server.boundPort)) == "gzip")
        withExtendedLifetime(clients) {}
    }

    @Test func aPauseSendsAllThatIsCompressed() throws {
        let feed = StreamFeed()
        let stream = StreamedBody(FeedProducer(feed: feed), keepAlive: Self.never)
        let server = try streamServer { stream }
        let client = try RawClient(port: server.boundPort)
        client.send("GET /stream HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n")
        #expect(try client.head().headers["Content-Encoding"] == "gzip")
        guard var inflater = GzipDecoder(limit: 1000) else {
            Issue.record("no memory")
            return
        }

        var seen = ""
        for text in ["one ", "two ", "three "] {
            feed.put(text)
            stream.resume()
            seen += text
            while inflater.output != Array(seen.utf8) {
                try unsafe client.chunk().withUnsafeBufferPointer { try unsafe inflater.decode($0) }
            }
        }
        server.stopAndWait()
        while !inflater.isComplete {
            try unsafe client.chunk().withUnsafeBufferPointer { try unsafe inflater.decode($0) }
        }

        #expect(feed.outcomes == [.broken])
    }

    @Test func headHasNoBodyAndAsksForNone() throws {
        let feed = StreamFeed()
        let server = try streamServer { StreamedBody(FeedProducer(feed: feed), keepAlive: Self.never) }
        let client = try RawClient(port: server.boundPort)

        let head = try client.exchange("HEAD", "/stream")

        #expect(head.status == 200)
        #expect(head.headers["Content-Type"] == "text/event-stream")
        #expect(feed.outcomes == [.complete])
        #expect(feed.fills == 0)
        #expect(head.headers["Connection"] == "close")
    }

    @Test func aBodyThatFailsIsSeenToBeIncomplete() throws {
        let feed = StreamFeed()
        let server = try streamServer {
            StreamedBody(PieceProducer(pieces: 1, piece: [0x61], last: .fail, feed: feed))
        }
        let client = try RawClient(port: server.boundPort)

        client.send(Self.request)
        #expect(try client.head().status == 200)
        #expect(try client.chunk() == [0x61])

        #expect(try client.readToEnd().isEmpty)
        try eventually { feed.outcomes == [.broken] }
    }

    @Test func aClientThatTakesNothingIsCutByTheProgressDeadline() throws {
        let feed = StreamFeed()
        var limits = RouteLimits()
        limits.progressDeadline = .milliseconds(200)
        let server = try streamServer(limits: limits) {
            StreamedBody(
                PieceProducer(pieces: .max, piece: [UInt8](repeating: 7, count: 16_384), feed: feed))
        }
        let client = try RawClient(port: server.boundPort, receiveBuffer: 4096)

        client.send(Self.request)
        try eventually { feed.outcomes == [.broken] }

        #expect(server.statistics.deadlineCuts == 1)
        withExtendedLifetime(client) {}
    }

    @Test func aPauseDoesNotCountForTheProgressDeadline() throws {
        let feed = StreamFeed()
        let endless = StreamFeed()
        var limits = RouteLimits()
        limits.progressDeadline = .milliseconds(200)
        let stream = StreamedBody(FeedProducer(feed: feed), keepAlive: Self.never)
        let isFirst = Atomic(true)
        let server = try streamServer(limits: limits) {
            guard !isFirst.exchange(false, ordering: .relaxed) else { return stream }
            let piece = [UInt8](repeating: 7, count: 16_384)
            return StreamedBody(PieceProducer(pieces: .max, piece: piece, feed: endless))
        }
        let paused = try RawClient(port: server.boundPort)
        paused.send(Self.request)
        #expect(try paused.head().status == 200)
        try eventually { stream.isHeld }

        // By the time this one is cut, the paused one would have used up the same deadline.
        let slow = try RawClient(port: server.boundPort, receiveBuffer: 4096)
        slow.send(Self.request)
        try eventually { endless.outcomes == [.broken] }
        feed.put("late")
        stream.resume()

        #expect(String(decoding: try paused.chunk(), as: UTF8.self) == "late")
        #expect(server.statistics.deadlineCuts == 1)
        withExtendedLifetime(slow) {}
    }

    @Test func aPausedStreamIsCutByTheDeadlineOfTheAnswer() throws {
        let feed = StreamFeed()
        var limits = RouteLimits()
        limits.answerDeadline = .milliseconds(200)
        let server = try streamServer(limits: limits) {
            StreamedBody(FeedProducer(feed: feed), keepAlive: Self.never)
        }
        let client = try RawClient(port: server.boundPort)

        client.send(Self.request)
        #expect(try client.head().status == 200)
        #expect(try client.readToEnd().isEmpty)

        try eventually { feed.outcomes == [.broken] }
        #expect(server.statistics.deadlineCuts == 1)
    }

    @Test func aStreamIsSentOnce() throws {
        let feed = StreamFeed()
        feed.complete()
        let stream = StreamedBody(FeedProducer(feed: feed))
        let server = try streamServer { stream }
        let client = try RawClient(port: server.boundPort)

        #expect(try client.exchange("GET", "/stream").status == 200)
        #expect(try client.exchange("GET", "/stream").status == 500)
    }

    @Test func aProducerWithoutBytesIsNotAskedAgainAtOnce() throws {
        let feed = StreamFeed()
        let stream = StreamedBody(
            PieceProducer(pieces: .max, piece: [], feed: feed), keepAlive: Self.never)
        let server = try streamServer { stream }
        let client = try RawClient(port: server.boundPort)

        client.send(Self.request)

        #expect(try client.head().status == 200)
        try eventually { stream.isHeld }
    }
}
