import TestKit
import Testing

@testable import Supervision

/// Whether a child that ended had come up in that life.
@Suite(.timeLimit(.minutes(5)))
struct WasUpTests {
    @Test func ofASupervisor() async throws {
        let stage = Stage()
        let top = try stage.supervisor(
            stage.puppets.spec("a", failingStarts: [2]), stage.puppets.spec("b", hangingStarts: [1]),
            strategy: .restForOne)
        let run = Task { try await top.run() }
        await stage.puppets.journal.reaches("b starts")
        stage.puppets.tell("b", .comeUp)
        await stage.notices.reaches("started b")
        #expect(stage.notices.neverUp.isEmpty)
        stage.puppets.tell("a", .fail)
        await stage.notices.reaches("started b", times: 2)
        #expect(stage.notices.neverUp == ["a"])
        run.cancel()
        try await run.value
        #expect(stage.notices.neverUp == ["a"])
    }

    @Test func ofADynamicSupervisor() async throws {
        let stage = DynamicStage()
        let crowd = try stage.supervisor()
        try await stage.runUntilDone(crowd) {
            await #expect(throws: SupervisionError.self) {
                try await crowd.startChild(stage.puppets.spec("a", failingStarts: [1]))
            }
            #expect(stage.notices.neverUp == ["a"])
            try await crowd.startChild(stage.puppets.spec("b", failingStarts: [2]))
            stage.puppets.tell("b", .fail)
            await stage.notices.reaches("started b", times: 2)
            #expect(stage.notices.neverUp == ["a", "b"])
            let plain = try await crowd.startChild(
                ChildSpec("c") { try await Task.sleep(for: .seconds(86_400)) })
            try await crowd.terminateChild(plain)
            let start = Task {
                try await crowd.startChild(
                    stage.puppets.spec("d", shutdown: .brutal, hangingStarts: [1]))
            }
            await stage.puppets.journal.reaches("d starts")
            for (child, info) in try crowd.whichChildren() where info.id == "d" {
                try await crowd.terminateChild(child)
            }
            await #expect(throws: SupervisionError.self) { try await start.value }
            #expect(stage.notices.neverUp == ["a", "b", "d"])
        }
        #expect(stage.notices.neverUp == ["a", "b", "d"])
    }
}
