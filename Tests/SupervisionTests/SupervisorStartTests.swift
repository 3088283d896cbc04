import TestKit
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct SupervisorStartTests {
    private let stage = Stage()
    private var puppets: Puppets { stage.puppets }

    @Test func startsInOrderAndStopsInReverseOneAtATime() async throws {
        let top = try stage.supervisor(puppets.spec("a"), puppets.spec("b"), puppets.spec("c"))
        let error = try await stage.runUntilDone(top)
        #expect(error == nil)
        #expect(
            stage.lines == [
                "a starts", "a is up", "b starts", "b is up", "c starts", "c is up", "up", "c stops",
                "b stops", "a stops", "over",
            ])
        #expect(
            stage.notices.lines == [
                "started a", "started b", "started c", "c was stopped", "b was stopped", "a was stopped",
            ])
    }

    @Test func waitsForTheEndOfOneChildBeforeItStopsTheNext() async throws {
        let gate = Gate()
        let top = try stage.supervisor(
            puppets.spec("a"), puppets.stubborn("b", shutdown: .infinity, gate: gate), puppets.spec("c"))
        try await stage.run(top) { run in
            run.cancel()
            await stage.notices.reaches("c was stopped")
            try await #expect(top.countChildren().active == 2)
            #expect(!stage.lines.contains("a stops"))
            gate.open()
        }
        #expect(stage.notices.lines.suffix(2) == ["b was stopped", "a was stopped"])
    }

    @Test func aFailedStartStopsTheStartedOnesInReverse() async throws {
        let top = try stage.supervisor(
            puppets.spec("a"), puppets.spec("b"), puppets.spec("c", failingStarts: [1]), puppets.spec("d"))
        let error = try await stage.runUntilDone(top)
        #expect(error == .failedToStartChild(id: "c", ChildFailure(Broken())))
        #expect(
            stage.notices.lines == [
                "started a", "started b", "c failed: broken", "b was stopped", "a was stopped", "top failed",
            ])
    }

    @Test func aFailedStartIsNotRetriedWhateverTheIntensity() async throws {
        let top = try stage.supervisor(
            puppets.spec("a", .temporary, failingStarts: [1]), intensity: RestartIntensity(maxRestarts: 100))
        let error = try await stage.runUntilDone(top)
        #expect(error == .failedToStartChild(id: "a", ChildFailure(Broken())))
        #expect(stage.lines == ["a starts", "over"])
    }

    @Test func theNextChildWaitsUntilThisOneIsUp() async throws {
        let top = try stage.supervisor(puppets.spec("a", hangingStarts: [1]), puppets.spec("b"))
        let run = Task { try await top.run() }
        await puppets.journal.reaches("a starts")
        try await #expect(
            top.whichChildren() == [
                ChildInfo(id: "a", kind: .worker, state: .starting),
                ChildInfo(id: "b", kind: .worker, state: .stopped),
            ])
        puppets.tell("a", .comeUp)
        await puppets.journal.reaches("b is up")
        run.cancel()
        try await run.value
        #expect(stage.lines.prefix(3) == ["a starts", "a is up", "b starts"])
    }

    @Test func cancellationDuringAStartStopsWhatWasStarted() async throws {
        let top = try stage.supervisor(
            puppets.spec("a"), puppets.spec("b", hangingStarts: [1]), puppets.spec("c"))
        let run = Task { try await top.run() }
        await puppets.journal.reaches("b starts")
        run.cancel()
        try await run.value
        #expect(stage.lines == ["a starts", "a is up", "b starts", "b stops", "a stops"])
        #expect(stage.notices.lines == ["started a", "b was stopped", "a was stopped"])
    }

    @Test func aSupervisorCancelledBeforeItBeginsStartsNothing() async throws {
        let top = try stage.supervisor(puppets.spec("a"))
        let gate = Gate()
        let run = Task {
            await gate.passage()
            try await top.run()
        }
        run.cancel()
        gate.open()
        try await run.value
        #expect(stage.lines.isEmpty)
    }

    @Test func aChildWithoutReadinessCountsAsStartedAtOnce() async throws {
        let gate = Gate()
        let plain = ChildSpec("plain", shutdown: .infinity) { await gate.passage() }
        let top = try stage.supervisor(plain, puppets.spec("b"))
        try await stage.run(top) { run in
            #expect(stage.notices.lines == ["started plain", "started b"])
            gate.open()
            run.cancel()
        }
    }

    @Test func returningBeforeReadyIsAStartAndANormalEnd() async throws {
        let brief = ChildSpec("brief", restart: .transient) { (_: ChildContext) in }
        let top = try stage.supervisor(brief, puppets.spec("b"))
        let error = try await stage.runUntilDone(top)
        #expect(error == nil)
        #expect(
            stage.notices.lines.filter { $0.contains("brief") } == ["started brief", "brief returned"])
        #expect(stage.lines.contains("b is up"))
    }

    @Test func aChildThatEndsWhileAnotherStartsIsRestartedAfterwards() async throws {
        let top = try stage.supervisor(puppets.spec("a"), puppets.spec("b", hangingStarts: [1]))
        let run = Task { try await top.run() }
        await puppets.journal.reaches("b starts")
        puppets.tell("a", .fail)
        await stage.notices.reaches("a failed: broken")
        puppets.tell("b", .comeUp)
        await puppets.journal.reaches("a is up", times: 2)
        run.cancel()
        try await run.value
        #expect(
            stage.lines.prefix(6) == [
                "a starts", "a is up", "b starts", "b is up", "a starts", "a is up",
            ])
    }

    @Test func runsOnceAtATimeButAgainAfterwards() async throws {
        let top = try stage.supervisor(puppets.spec("a"))
        try await stage.run(top) { run in
            await #expect(throws: SupervisionError.alreadyRunning(supervisor: "top")) { try await top.run() }
            run.cancel()
        }
        try await stage.runUntilDone(top)
        #expect(stage.lines.count { $0 == "a is up" } == 2)
    }

    @Test func keepsRunningWithoutChildren() async throws {
        let top = try stage.supervisor()
        let error = try await stage.runUntilDone(top) {
            try await #expect(top.countChildren().specs == 0)
        }
        #expect(error == nil)
    }
}
