import Linux
import Synchronization
import Testing

@testable import HTTPFetching

@Suite(.timeLimit(.minutes(5)))
struct HTTPFetchTests {
    @Test func asksForAPageAndReturnsItWithItsType() async throws {
        let exchange = try await fetching("/metrics?name[]=a") {
            "HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: 4\r\n\r\na 1\n"
        }
        let request = """
            GET /metrics?name[]=a HTTP/1.0\r
            Host: 127.0.0.1:\(exchange.port)\r
            User-Agent: heliograph\r
            Accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r
            Accept-Encoding: identity\r
            Connection: close\r
            \r

            """
        #expect(exchange.request == request)
        #expect(try exchange.page.get() == Page(body: "a 1\n", contentType: "text/plain; version=0.0.4"))
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\n\r\na 1\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\na 1\n\r\n0\r\n\r\n",
    ])
    func aPageWithoutALengthOrATypeIsReadToTheEnd(answer: String) async throws {
        let exchange = try await fetching("") { answer }
        #expect(try exchange.page.get() == Page(body: "a 1\n", contentType: nil))
    }

    @Test func aServerThatKeepsTheConnectionIsNotWaitedFor() async throws {
        let exchange = try await fetching("", closing: false) {
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\na 1\n"
        }
        #expect(try exchange.page.get() == Page(body: "a 1\n", contentType: nil))
    }

    @Test(
        arguments: [
            ("", .answer("The server closed the connection without an answer.")),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\na 1\n",
                .answer("The body of the answer ends after 4 of 5 bytes.")
            ),
            ("HTTP/1.1 404 Not Found\r\nContent-Encoding: gzip\r\n\r\n", .status(404)),
            ("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", .status(302)),
            (
                "SSH-2.0-Server\r\n",
                .answer("The answer is not HTTP/1: it has the line \"SSH-2.0-Server\".")
            ),
        ] as [(String, HTTPFetchError)])
    func whatIsNoPageIsAnError(answer: String, error: HTTPFetchError) async throws {
        let exchange = try await fetching("/") { answer }
        #expect(exchange.page == .failure(error))
    }

    @Test func aServerThatIsNotThereIsNamed() throws {
        let server = try LoopbackServer(listening: false)
        let port = server.port
        let fetch = try HTTPFetch("http://127.0.0.1:\(port)/")
        var message = ""
        do throws(HTTPFetchError) { _ = try fetch.get() } catch { message = error.description }
        #expect(message == "The connection to 127.0.0.1:\(port) failed: Connection refused.")
    }

    /// Fetches `target` from a server that sends one answer, and ends its stream only where `closing`.
    private func fetching(
        _ target: String, closing: Bool = true, answer: @escaping @Sendable () -> String
    ) async throws -> Exchange {
        let server = try LoopbackServer(listening: true)
        let port = server.port
        let fetch = try HTTPFetch("http://127.0.0.1:\(port)\(target)")
        let page = Mutex<Result<Page, HTTPFetchError>?>(nil)
        let request = Mutex("")
        let hasPage = try WakeUp()
        async let client: Void = DedicatedThread.run(name: "client", stop: try WakeUp()) {
            page.withLock { $0 = Self.page(fetch) }
            hasPage.signal()
        }
        try await DedicatedThread.run(name: "server", stop: try WakeUp()) {
            let peer = try server.accept()
            let text = try peer.request()
            request.withLock { $0 = text }
            peer.send(answer())
            if closing { peer.endSending() }
            hasPage.wait()
        }
        try await client
        return Exchange(
            port: port, request: request.withLock { $0 }, page: try #require(page.withLock { $0 }))
    }

    private static func page(_ fetch: HTTPFetch) -> Result<Page, HTTPFetchError> {
        Result { () throws(HTTPFetchError) in
            let (body, contentType) = try fetch.get()
            return Page(body: String(decoding: body, as: UTF8.self), contentType: contentType)
        }
    }
}

private struct Page: Equatable {
    let body: String
    let contentType: String?
}

private struct Exchange {
    let port: UInt16
    let request: String
    let page: Result<Page, HTTPFetchError>
}
