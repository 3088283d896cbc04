import Glibc
import TestKit
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct UnixConnectionTests {
    private let soon = ContinuousClock.now + .seconds(60)

    @Test func carriesBytesBothWaysUntilTheEnd() async throws {
        try await withTemporaryDirectory { directory in
            let listener = try StreamListener(path: "\(directory)/s", mode: 0o600)
            let client = try UnixConnection(path: "\(directory)/s", deadline: soon)
            try client.write(Array("question\n".utf8), deadline: soon)
            let question = try answer(try accepted(listener), with: "answer")
            let reply = try client.read(limit: 100, deadline: soon)
            #expect(question == Array("question\n".utf8))
            #expect(reply == Array("answer".utf8))
        }
    }

    @Test func stopsReadingPastTheLimit() async throws {
        try await withTemporaryDirectory { directory in
            let listener = try StreamListener(path: "\(directory)/s")
            let client = try UnixConnection(path: "\(directory)/s", deadline: soon)
            try client.write([UInt8](repeating: 0, count: 10_000), deadline: soon)
            let server = try accepted(listener)
            let bytes = try server.read(limit: 5000, deadline: soon)
            #expect((5001...9096).contains(bytes.count))
        }
    }

    @Test func aPeerThatIsSilentIsAnError() async throws {
        try await withTemporaryDirectory { directory in
            let listener = try StreamListener(path: "\(directory)/s")
            let client = try UnixConnection(path: "\(directory)/s", deadline: soon)
            #expect(throws: LinuxError.call(operation: "recv", errno: ETIMEDOUT, context: "")) {
                _ = try client.read(limit: 1, deadline: .now)
            }
            _ = try listener.accept()
        }
    }

    @Test func noListenerIsAnErrorWithThePath() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/s"
            #expect(throws: LinuxError.call(operation: "connect", errno: ENOENT, context: path)) {
                _ = try UnixConnection(path: path, deadline: soon)
            }
        }
    }

    @Test func aFullQueueIsWaitedForUntilTheDeadline() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/s"
            let listener = try StreamListener(path: path, backlog: 0)
            let first = try UnixConnection(path: path, deadline: soon)
            #expect(throws: LinuxError.call(operation: "connect", errno: EAGAIN, context: path)) {
                _ = try UnixConnection(path: path, deadline: .now)
            }
            try first.write([0], deadline: soon)
            _ = try listener.accept()
        }
    }

    @Test func knowsWhoConnected() async throws {
        try await withTemporaryDirectory { directory in
            let listener = try StreamListener(path: "\(directory)/s")
            let client = try UnixConnection(path: "\(directory)/s", deadline: soon)
            let user = try accepted(listener).peerUser
            #expect(user == geteuid())
            #expect(throws: LinuxError.call(operation: "send", errno: EPIPE, context: "")) {
                try client.write([0], deadline: soon)
            }
        }
    }

    private struct NobodyConnected: Error {}

    private func accepted(_ listener: borrowing StreamListener) throws -> UnixConnection {
        guard let descriptor = try listener.accept() else { throw NobodyConnected() }
        return UnixConnection(takingOwnership: descriptor)
    }

    /// Reads a line and answers it.
    private func answer(_ connection: consuming UnixConnection, with text: String) throws -> [UInt8] {
        let line = try connection.read(limit: 100, deadline: soon, until: { $0.last == UInt8(ascii: "\n") })
        try connection.write(Array(text.utf8), deadline: soon)
        return line
    }
}
