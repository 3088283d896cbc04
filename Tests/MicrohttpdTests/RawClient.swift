import Glibc
import Linux
import Testing

@testable import Microhttpd

/// A response as a client reads it off the socket.
struct RawResponse: Equatable {
    var status: Int
    var headers: Headers
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
}

/// A blocking TCP client on loopback that sends exactly the bytes it is told, over TLS or not; reads fail after 20 seconds.
final class RawClient {
    struct Failure: Error {
        var reason: String
    }

    let descriptor: Int32
    /// There for a client that speaks TLS.
    private(set) var session: ClientSession?
    private var unread: [UInt8] = []
    /// Whether the connection has ended by a reset.
    private(set) var isReset = false

    init(
        port: UInt16, host: String = "127.0.0.1", receiveBuffer: Int32? = nil, tls: ClientTLS? = nil
    ) throws {
        let address = try #require(InternetAddress.toListen(on: ListenAddress(host: host, port: port)).first)
        descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        if var receiveBuffer {
            unsafe setsockopt(
                descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        let status = unsafe address.withPointer { unsafe connect(descriptor, $0, $1) }
        guard status == 0 else { throw Failure(reason: "connect: errno \(errno)") }
        if let tls { session = try ClientSession(on: descriptor, tls) }
    }

    deinit {
        close(descriptor)
    }

    /// Sends everything; false if the server has closed the connection.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let rest = Array(bytes[sent...])
            let count =
                unsafe session?.send(rest)
                ?? Glibc.send(descriptor, rest, rest.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool {
        send(Array(text.utf8))
    }

    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Sends one request with the usual header fields and reads its answer.
    func exchange(_ method: String, _ target: String, headers: String = "", body: String = "") throws
        -> RawResponse
    {
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        send("\(method) \(target) HTTP/1.1\r\nHost: test\r\n\(headers)\(length)\r\n\(body)")
        return try response(hasBody: method != "HEAD")
    }

    /// Reads one response with a `Content-Length` or in chunks.
    func response(hasBody: Bool = true) throws -> RawResponse {
        var response = try head()
        guard hasBody else { return response }
        if response.headers["Transfer-Encoding"] == "chunked" {
            while case let chunk = try chunk(), !chunk.isEmpty { response.body += chunk }
        } else {
            response.body = try take(response.headers["Content-Length"].flatMap { Int($0) } ?? 0)
        }
        return response
    }

    /// Reads a response up to its body.
    func head() throws -> RawResponse {
        let lines = String(decoding: try take(through: "\r\n\r\n"), as: UTF8.self).split(separator: "\r\n")
        var headers = Headers()
        for line in lines.dropFirst() {
            let sides = line.split(separator: ": ", maxSplits: 1)
            headers.append(String(sides[0]), sides.count > 1 ? String(sides[1]) : "")
        }
        let status = try #require(lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return RawResponse(status: status, headers: headers, body: [])
    }

    /// Reads the next chunk; the last one is empty.
    func chunk() throws -> [UInt8] {
        let line = String(decoding: try take(through: "\r\n"), as: UTF8.self)
        let size = try #require(Int(line.dropLast(), radix: 16))
        let chunk = try take(size)
        _ = try take(2)
        return chunk
    }

    private func take(through end: String) throws -> [UInt8] {
        while true {
            if let range = unread.firstRange(of: Array(end.utf8)) { return try take(range.upperBound) }
            try receive()
        }
    }

    private func take(_ count: Int) throws -> [UInt8] {
        while unread.count < count { try receive() }
        defer { unread.removeSubrange(..<count) }
        return Array(unread[..<count])
    }

    /// Reads until the server closes; throws if it does not.
    func readToEnd() throws -> [UInt8] {
        while try receiveOrEnd() {}
        return unread
    }

    /// Sends one byte every few milliseconds until the server closes; false if it took thousands.
    func dribbleUntilClosed(_ byte: UInt8) -> Bool {
        for _ in 0..<4_000 {
            var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if unsafe poll(&state, 1, 5) == 1 { return (try? receiveOrEnd()) != true }
            guard send([byte]) else { return true }
        }
        return false
    }

    /// Whether the connection was reset, seen without reading.
    var isBroken: Bool {
        var state = pollfd(fd: descriptor, events: 0, revents: 0)
        return unsafe poll(&state, 1, 0) == 1 && Int32(state.revents) & POLLERR != 0
    }

    /// Waits until there is something to be read; false if nothing comes within ten seconds.
    func hasBytes() -> Bool {
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&state, 1, 10_000) == 1
    }

    private func receive() throws {
        guard try receiveOrEnd() else { throw Failure(reason: "closed after \(unread.count) bytes") }
    }

    /// False at the end of the stream, an orderly or a hard one.
    private func receiveOrEnd() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        let count = unsafe session?.receive(into: &buffer) ?? recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 || errno == ECONNRESET else { throw Failure(reason: "receive: errno \(errno)") }
        isReset = count < 0
        if count > 0 { unread += buffer[..<count] }
        return count > 0
    }
}

/// Gives way to other threads until the condition holds; fails after 20 seconds.
func eventually(_ condition: () -> Bool) throws {
    let end = ContinuousClock.now.advanced(by: .seconds(20))
    while !condition() {
        guard ContinuousClock.now < end else { throw RawClient.Failure(reason: "waited in vain") }
        sched_yield()
    }
}

/// Routes that the tests share: `/metrics` 9 kB, `/small`, `/echo` for the request it was sent.
func testRouter() throws -> Router {
    let page = Array(String(repeating: "metric_total{label=\"value\"} 1\n", count: 300).utf8)
    return try Router([
        Route(.get, "/metrics") { _ in Response(contentType: "text/plain", body: .bytes(page)) },
        Route(.get, "/small") { _ in .text("small") },
        Route(.get, "/bad-header") { _ in
            Response(
                status: 42, headers: ["X-Good": "yes", "X-Bad": "a\r\nSet-Cookie: b", "Content-Length": "7"])
        },
        Route(.get, "/big") { _ in
            Response(body: .bytes([UInt8](repeating: 7, count: 64 << 20)), isCompressible: false)
        },
        Route(.post, "/echo") { request in
            Response(
                headers: ["X-Remote": request.remoteAddress, "X-Seen": request.headers["x-test"] ?? "none"],
                body: .bytes(request.body))
        },
    ])
}

/// A server on loopback with the shared routes.
func testServer(
    stages: [any RequestStage] = [], _ adjust: (inout HTTPServer.Configuration) -> Void = { _ in }
) throws -> HTTPServer {
    var configuration = HTTPServer.Configuration(listeners: [
        .address(ListenAddress(host: "127.0.0.1", port: 0))
    ])
    adjust(&configuration)
    return try HTTPServer(router: testRouter(), stages: stages, configuration: configuration)
}
