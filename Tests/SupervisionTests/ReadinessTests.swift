import TestKit
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct ReadinessTests {
    private let stage = Stage()

    @Test func whoWaitsGoesOnWhenAllChildrenAreUp() async throws {
        let top = try stage.supervisor(
            stage.puppets.spec("a"), stage.puppets.spec("b", hangingStarts: [1]))
        for _ in 0..<2 {
            let starts = stage.lines.count { $0 == "b starts" }
            let up = Task {
                try await top.waitUntilUp()
                return stage.notices.lines.last
            }
            let run = Task { try await top.run() }
            await stage.puppets.journal.reaches("b starts", times: starts + 1)
            if starts == 0 { stage.puppets.tell("b", .comeUp) }
            try await #expect(up.value == "started b")
            try await top.waitUntilUp()
            run.cancel()
            try await run.value
        }
    }

    @Test func whoWaitsLearnsThatTheStartFailed() async throws {
        let top = try stage.supervisor(ChildSpec("a") { (_: ChildContext) in throw Broken() })
        let failure = SupervisionError.failedToStartChild(id: "a", ChildFailure(Broken()))
        let error = await whileWaiting(for: top) {
            await #expect(throws: failure) { try await top.run() }
        }
        #expect(error == failure)
    }

    @Test func whoWaitsLearnsThatTheStartWasStopped() async throws {
        let top = try stage.supervisor(
            ChildSpec("a") { (_: ChildContext) in try await stage.clock.sleep(for: .seconds(1)) })
        let error = await whileWaiting(for: top) {
            let run = Task { try await top.run() }
            run.cancel()
            await #expect(throws: Never.self) { try await run.value }
        }
        #expect(error == .notRunning(supervisor: "top"))
    }

    /// Repeats `body` until a wait that began meanwhile is over; returns what it threw.
    private func whileWaiting(for supervisor: Supervisor, _ body: () async -> Void) async -> SupervisionError?
    {
        let outcome = Promise<SupervisionError?>()
        let wait = Task {
            do {
                try await supervisor.waitUntilUp()
                outcome.fulfil(nil)
            } catch {
                outcome.fulfil(error as? SupervisionError)
            }
        }
        while !outcome.isFulfilled { await body() }
        await wait.value
        return await outcome.value()
    }

    @Test func aCancelledWaitIsOver() async throws {
        let crowd = try DynamicSupervisor("crowd")
        let up = Task { try await crowd.waitUntilUp() }
        up.cancel()
        await #expect(throws: CancellationError.self) { try await up.value }
    }

    @Test func aDynamicSupervisorIsUpAtOnce() async throws {
        let tasks = try TaskSupervisor("tasks")
        for _ in 0..<2 {
            let run = Task { try await tasks.run() }
            try await tasks.waitUntilUp()
            try await #expect(tasks.async { 1 }.value == 1)
            run.cancel()
            try await run.value
        }
    }
}
