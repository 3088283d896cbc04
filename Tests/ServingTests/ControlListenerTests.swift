import Arena
import ConfigurationFile
import Glibc
import Linux
import Supervision
import TelemetryMetrics
import TestKit
import Testing

@testable import Serving

@Suite(.timeLimit(.minutes(5)))
struct ControlListenerTests {
    private let soon = ContinuousClock.now + .seconds(60)

    @Test(arguments: [ReloadOutcome.reloaded, .refused(["c.yml:1:1: a", "c.yml:2:1: b"])])
    func answersWithTheOutcomeOfAReload(outcome: ReloadOutcome) async throws {
        try await listening(reload: { outcome }) { path in
            let reply = try ControlClient.reload(path: path)
            #expect(reply == .reload(outcome))
        }
    }

    @Test(arguments: ["restart\n", "reloaded\n", "\n", String(repeating: "a", count: 1000)])
    func anythingElseIsUnknown(request: String) async throws {
        try await listening { path in
            let connection = try UnixConnection(path: path, deadline: soon)
            try connection.write(Array(request.utf8), deadline: soon)
            let reply = try connection.read(limit: 1000, deadline: soon)
            #expect(ControlReply(reply) == .unknown)
        }
    }

    @Test func aClientThatSaysNothingDoesNotKeepTheNextOneOut() async throws {
        try await listening { path in
            let silent = try UnixConnection(path: path, deadline: soon)
            let reply = try ControlClient.reload(path: path)
            let silence = try silent.read(limit: 1, deadline: soon)
            #expect(reply == .reload(.reloaded))
            #expect(silence == [])
        }
    }

    @Test func saysWhereTheSeriesAreAndLeavesThemToNobody() async throws {
        let store = try MetricStore()
        try await listening(state: StateAccess(store)) { path in
            guard case .state(let file) = try ControlClient.ask(.state, path: path) else {
                Issue.record("no state")
                return
            }
            let arena = try ForeignArena(SharedMemory.copy(ofFile: file))
            #expect(!arena.isForsaken)
            #expect(try ControlClient.ask(.reset, path: path) == .forsaken)
            #expect(try ForeignArena(SharedMemory.copy(ofFile: file)).isForsaken)
        }
    }

    @Test func onlyItsUserMayConnect() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/control.sock"
            let listener = try ControlListener(path: path) { .reloaded }
            var status = stat()
            #expect(unsafe stat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
            withExtendedLifetime(listener) {}
        }
    }

    @Test func aSocketThatIsTakenIsAnErrorOnlyWhereItWasChosen() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/control.sock"
            let first = try ControlListener(path: path) { .reloaded }
            let standard = ControlConfiguration(standard: path)
            #expect(try ControlListener.open(standard) { .reloaded } == nil)
            var chosen = ControlConfiguration()
            chosen.unix = path
            #expect(throws: LinuxError.pathInUse(path: path)) {
                try ControlListener.open(chosen) { .reloaded }
            }
            withExtendedLifetime(first) {}
        }
    }

    /// Runs `body`, which blocks and so has a thread of its own, beside a listener at the path that it is given.
    private func listening(
        state: StateAccess? = nil, reload: @escaping @Sendable () -> ReloadOutcome = { .reloaded },
        _ body: @escaping @Sendable (String) throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/control.sock"
            let listener = try ControlListener(path: path, state: state, reload: reload)
            let supervisor = try Supervisor("test", children: [listener.child])
            let running = Task { try await supervisor.run() }
            defer { running.cancel() }
            try await DedicatedThread.value(name: "client") { try body(path) }
            running.cancel()
            try await running.value
        }
    }
}
