import Crypt
import Glibc
import Linux
import Microhttpd
import Synchronization
import TestKit
import Testing
import WebConfigurationFile

@testable import WebAccess

@Suite(.timeLimit(.minutes(5)))
struct WebGateTests {
    private static func gate(_ path: String) throws -> WebGate {
        try WebGate(WebReading(path: path), path: path, credentials: nil) { _ in }
    }

    private static func status(_ gate: WebGate, token: String) -> Int {
        var request = Request(path: "/", headers: ["Authorization": "Bearer \(token)"])
        guard case .answer(let response) = gate.receive(&request, on: ConnectionFacts()) else { return 200 }
        return response.status
    }

    @Test func usesWhatWasReadFromTheCommitOn() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.yml"
            try write("authorization: {bearer_tokens: [aaaaaaaaaaaaaaaa]}", to: path)
            let gate = try Self.gate(path)
            try write("authorization: {bearer_tokens: [bbbbbbbbbbbbbbbb]}", to: path)
            let reading = gate.read()

            #expect(Self.status(gate, token: "aaaaaaaaaaaaaaaa") == 200)
            #expect(Self.status(gate, token: "bbbbbbbbbbbbbbbb") == 401)
            try gate.commit(try reading.result.get())

            #expect(Self.status(gate, token: "aaaaaaaaaaaaaaaa") == 401)
            #expect(Self.status(gate, token: "bbbbbbbbbbbbbbbb") == 200)
        }
    }

    @Test func aReloadFillsNoBucketThatStays() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.yml"
            try write("rate_limit: {interval: 1h, burst: 1}", to: path)
            let gate = try Self.gate(path)
            #expect(Self.status(gate, token: "x") == 200)
            #expect(Self.status(gate, token: "x") == 429)

            try write("rate_limit: {interval: 1h, burst: 1}\nhttp_server_config: {http2: false}", to: path)
            try gate.commit(try gate.read().result.get())

            #expect(Self.status(gate, token: "x") == 429)
        }
    }

    /// The server stops: of checks that take long, one is being made, and the others are let go.
    @Test func aHurryAnswersWhatWaits() async throws {
        try await withTemporaryDirectory { directory in
            let hash = try #require(Bcrypt.hash(Array("x".utf8), cost: 11))
            let path = "\(directory)/web.yml"
            try write("basic_auth_users: {ada: \(hash.text)}", to: path)
            let gate = try Self.gate(path)
            let statuses = Statuses()
            // From ada:0 to ada:5.
            let wrong = ["YWRhOjA=", "YWRhOjE=", "YWRhOjI=", "YWRhOjM=", "YWRhOjQ=", "YWRhOjU="]
            for credentials in wrong {
                var request = Request(path: "/", headers: ["Authorization": "Basic \(credentials)"])
                guard case .later(let work) = gate.receive(&request, on: ConnectionFacts()) else {
                    Issue.record("known before its check")
                    return
                }
                work { late in
                    if case .answer(let response) = late {
                        statuses.all.withLock { $0.append(response.status) }
                    }
                }
            }

            gate.hurry()

            await yield { statuses.all.withLock { $0.count } == wrong.count }
            #expect(statuses.all.withLock { $0.count { $0 == 503 } } >= 3)
        }
    }

    private final class Statuses: Sendable {
        let all = Mutex<[Int]>([])
    }

    @Test func whatOthersThrowKeepsAllAsItIs() async throws {
        struct Refusal: Error {}
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.yml"
            try write("authorization: {bearer_tokens: [aaaaaaaaaaaaaaaa]}", to: path)
            let gate = try Self.gate(path)
            try write("authorization: {bearer_tokens: [bbbbbbbbbbbbbbbb]}", to: path)
            let settings = try gate.read().result.get()

            #expect(throws: Refusal.self) { try gate.commit(settings) { throw Refusal() } }

            #expect(Self.status(gate, token: "aaaaaaaaaaaaaaaa") == 200)
            #expect(gate.settings != settings)
        }
    }

    /// One client has a whole network of IPv6.
    @Test func checksOfANetworkShareALimit() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.yml"
            // A cost at which the first check takes longer than the rest of the test.
            try write("basic_auth_users: {ada: $2b$13$\(String(repeating: ".", count: 53))}", to: path)
            let gate = try Self.gate(path)
            let statuses = Mutex<[Int]>([])
            for number in 0..<40 {
                var request = Request(
                    path: "/", headers: ["Authorization": "Basic " + Self.base64("ada:\(number)")],
                    remoteAddress: "2001:db8::\(number)")
                let facts = ConnectionFacts(
                    remoteAddress: request.remoteAddress, client: "2001:db8:0:0")
                if case .later(let work) = gate.receive(&request, on: facts) {
                    work { late in
                        if case .answer(let response) = late {
                            statuses.withLock { $0.append(response.status) }
                        }
                    }
                }
            }

            // One is being checked, perhaps, and eight wait.
            #expect(statuses.withLock { $0.filter { $0 == 429 }.count } >= 31)
            gate.hurry()
        }
    }

    private static func base64(_ text: String) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let bits = text.utf8.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
        let padded = bits + Array(repeating: 0, count: (6 - bits.count % 6) % 6)
        let encoded = stride(from: 0, to: padded.count, by: 6).map { start in
            digits[padded[start..<start + 6].reduce(0) { Int($0) << 1 | Int($1) }]
        }
        return String(encoded) + String(repeating: "=", count: (4 - encoded.count % 4) % 4)
    }

    @Test func aWatchSeesAChangeOnceItIsOver() async throws {
        try await withTemporaryDirectory { directory in
            let (path, token) = ("\(directory)/web.yml", "\(directory)/token")
            try write("aaaaaaaaaaaaaaaa", to: token)
            try write("authorization: {bearer_token_files: [token]}", to: path)
            var watch = WebFileWatch(WebReading(path: path).files)

            expect(false, &watch)
            try write("bbbbbbbbbbbbbbbbb", to: token)
            expect(false, &watch)
            try write("cccccccccccccccccc", to: token)
            expect(false, &watch)
            expect(true, &watch)
            // Until somebody reads.
            expect(true, &watch)
            watch = WebFileWatch(WebReading(path: path).files)
            expect(false, &watch)
            #expect(unsafe unlink(token) == 0)
            _ = watch.look()
            expect(true, &watch)
        }
    }

    @Test func aWatchKnowsWhatChangedWhileItWasRead() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.yml"
            try write("", to: path)
            let files = WebReading(path: path).files
            try write("rate_limit: {interval: 1s, burst: 1}", to: path)
            var watch = WebFileWatch(files)

            _ = watch.look()
            expect(true, &watch)
        }
    }

    @Test func aWatchWaitsForAFileThatIsNotThere() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.yml"
            try write("authorization: {bearer_token_files: [token]}", to: path)
            let reading = WebReading(path: path)
            var watch = WebFileWatch(reading.files)

            #expect(throws: (any Error).self) { try reading.result.get() }
            try write("aaaaaaaaaaaaaaaa", to: "\(directory)/token")
            _ = watch.look()
            expect(true, &watch)
        }
    }

    private func expect(
        _ isDue: Bool, _ watch: inout WebFileWatch, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = watch.look()
        #expect(found == isDue, sourceLocation: sourceLocation)
    }

    private func write(_ text: String, to path: String) throws {
        let descriptor = unsafe open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        let bytes = Array(text.utf8)
        #expect(unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
    }
}
