import Glibc
import Synchronization
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct TCPConnectionTests {
    private let soon = ContinuousClock.now + .seconds(60)

    @Test(arguments: ["127.0.0.1", "localhost"])
    func carriesBytesBothWaysUntilTheEnd(host: String) throws {
        let server = try TCPServer(backlog: 4)
        let connection = try TCPConnection(host: host, port: server.port, deadline: soon)
        try connection.write(Array("question".utf8), deadline: soon)
        try answer(server, expecting: "question", with: "answer")
        var bytes = Array("the ".utf8)
        let isOpen = try connection.read(appendingTo: &bytes, limit: 10, deadline: soon)
        let isOpenAfterwards = try connection.read(appendingTo: &bytes, limit: 10, deadline: soon)
        #expect(isOpen)
        #expect(!isOpenAfterwards)
        #expect(bytes == Array("the answer".utf8))
    }

    @Test func writesMoreThanTheSocketHolds() async throws {
        let server = try TCPServer(backlog: 4)
        let connection = try TCPConnection(host: "127.0.0.1", port: server.port, deadline: soon)
        let deadline = soon
        let sent = (0..<8_000_000).map { UInt8(truncatingIfNeeded: ($0 * $0) >> 13) }
        let received = Mutex<[UInt8]>([])
        async let writing: Void = DedicatedThread.run(name: "writer", stop: try WakeUp()) {
            try connection.write(sent, deadline: deadline)
        }
        try await DedicatedThread.run(name: "reader", stop: try WakeUp()) {
            let peer = try server.accept()
            var chunk = [UInt8](repeating: 0, count: 1 << 20)
            var bytes: [UInt8] = []
            while bytes.count < sent.count, try peer.wait(for: POLLIN, until: deadline),
                let count = try peer.read(into: &chunk), count > 0
            {
                bytes += chunk[..<count]
            }
            received.withLock { [bytes] in $0 = bytes }
        }
        try await writing
        let isEqual = received.withLock { $0 == sent }
        #expect(isEqual)
    }

    @Test func moreThanTheLimitIsAnError() throws {
        let server = try TCPServer(backlog: 4)
        let connection = try TCPConnection(host: "127.0.0.1", port: server.port, deadline: soon)
        try answer(server, expecting: "", with: "answer")
        var bytes: [UInt8] = []
        #expect(throws: failure(server.port, "it sent more than 5 bytes")) {
            _ = try connection.read(appendingTo: &bytes, limit: 5, deadline: soon)
        }
    }

    @Test func aResetIsAnErrorAndNoEnd() throws {
        let server = try TCPServer(backlog: 4)
        let connection = try TCPConnection(host: "127.0.0.1", port: server.port, deadline: soon)
        let peer = try server.accept()
        var abort = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            peer.rawValue, SOL_SOCKET, SO_LINGER, &abort, socklen_t(MemoryLayout<linger>.size))
        end(peer)
        var bytes: [UInt8] = []
        #expect(throws: failure(server.port, "Connection reset by peer")) {
            _ = try connection.read(appendingTo: &bytes, limit: 5, deadline: soon)
        }
    }

    @Test func aSilentPeerEndsAtTheDeadline() throws {
        let server = try TCPServer(backlog: 4)
        let connection = try TCPConnection(host: "127.0.0.1", port: server.port, deadline: soon)
        var bytes: [UInt8] = []
        #expect(throws: failure(server.port, "Connection timed out")) {
            _ = try connection.read(appendingTo: &bytes, limit: 5, deadline: .now + .milliseconds(1))
        }
    }

    @Test func aBusyPeerEndsAtTheDeadlineToo() throws {
        let server = try TCPServer(backlog: 4)
        let connection = try TCPConnection(host: "127.0.0.1", port: server.port, deadline: soon)
        try answer(server, expecting: "", with: "answer")
        var bytes: [UInt8] = []
        #expect(throws: failure(server.port, "Connection timed out")) {
            _ = try connection.read(appendingTo: &bytes, limit: 50, deadline: .now)
        }
        #expect(throws: failure(server.port, "Connection timed out")) {
            try connection.write([1], deadline: .now)
        }
    }

    @Test func aServerThatTakesNoConnectionsTimesOut() throws {
        let server = try TCPServer(backlog: 0)
        let first = try TCPConnection(host: "127.0.0.1", port: server.port, deadline: soon)
        let port = server.port
        // A backlog of 0 holds one connection; the kernel ignores what would be the next ones.
        #expect(throws: failure(port, "Connection timed out")) {
            _ = try TCPConnection(host: "127.0.0.1", port: port, timeout: .milliseconds(20), deadline: soon)
        }
        try first.write([1], deadline: soon)
    }

    @Test func aRefusedConnectionNamesHostAndPort() throws {
        let server = try TCPServer(backlog: nil)
        let port = server.port
        let refusal = "The connection to 127.0.0.1:\(port) failed: Connection refused."
        #expect(
            message(of: { _ = try TCPConnection(host: "127.0.0.1", port: port, deadline: soon) }) == refusal)
        withExtendedLifetime(server) {}
    }

    @Test(arguments: ["no such host!", "::1::"])
    func aHostWithoutAnAddressIsNamed(host: String) throws {
        let text = message(of: { _ = try TCPConnection(host: host, port: 80, deadline: soon) })
        #expect(text.hasPrefix("The connection to "))
        #expect(text.contains(host))
    }

    private func failure(_ port: UInt16, _ reason: String) -> LinuxError {
        .connectionFailed(host: "127.0.0.1", port: port, reason: reason)
    }

    private func answer(_ server: borrowing TCPServer, expecting: String, with text: String) throws {
        let peer = try server.accept()
        var chunk = [UInt8](repeating: 0, count: 64)
        let count = expecting.isEmpty ? 0 : try peer.read(into: &chunk) ?? 0
        let sent = unsafe send(peer.rawValue, text, text.utf8.count, 0)
        #expect(String(decoding: chunk[..<count], as: UTF8.self) == expecting)
        #expect(sent == text.utf8.count)
    }

    private func end(_ descriptor: consuming Descriptor) {}
}
