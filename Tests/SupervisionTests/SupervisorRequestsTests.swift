import TestKit
import TelemetryTesting
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct SupervisorRequestsTests {
    private let stage = Stage()
    private var puppets: Puppets { stage.puppets }

    /// Has a running child "up", a stopped "down", and a "waiting" one that is being restarted.
    private func withEveryState(_ body: (Supervisor) async throws -> Void) async throws {
        let top = try stage.supervisor(
            puppets.spec("up"), puppets.spec("down", .transient),
            puppets.spec("waiting", backoff: Backoff(initial: .seconds(1), cap: .seconds(1))))
        try await stage.runUntilDone(top) {
            try await top.terminateChild("down")
            puppets.tell("waiting", .fail)
            try await stage.clock.sleepers(reach: 1)
            try await body(top)
        }
    }

    @Test func showsEveryState() async throws {
        try await withEveryState { top in
            try await #expect(top.whichChildren().map(\.state) == [.running, .stopped, .restarting])
            try await #expect(top.countChildren().specs == 3)
            try await #expect(top.countChildren().active == 1)
        }
    }

    @Test func refusesToStartWhatIsThere() async throws {
        try await withEveryState { top in
            for (id, error) in [
                ("up", SupervisionError.alreadyStarted(id: "up")),
                ("down", .alreadyPresent(id: "down")),
                ("waiting", .alreadyStarted(id: "waiting")),
            ] {
                await #expect(throws: error) { try await top.startChild(puppets.spec(id)) }
            }
        }
    }

    @Test func refusesToRestartOrDeleteWhatIsNotStopped() async throws {
        try await withEveryState { top in
            for (id, error) in [
                ("up", SupervisionError.running(id: "up")),
                ("waiting", .restarting(id: "waiting")),
                ("nobody", .notFound(id: "nobody")),
            ] {
                await #expect(throws: error) { try await top.restartChild(id) }
                await #expect(throws: error) { try await top.deleteChild(id) }
            }
            await #expect(throws: SupervisionError.notFound(id: "nobody")) {
                try await top.terminateChild("nobody")
            }
        }
    }

    @Test func terminatingAWaitingChildEndsItsRestart() async throws {
        try await withEveryState { top in
            try await top.terminateChild("waiting")
            stage.clock.advance(by: .seconds(1))
            try await #expect(top.whichChildren().map(\.state) == [.running, .stopped, .stopped])
            try await top.deleteChild("waiting")
            try await #expect(top.whichChildren().map(\.id) == ["up", "down"])
        }
        #expect(stage.lines.count { $0 == "waiting starts" } == 1)
    }

    @Test func startedChildrenAreTheLastAndStoppedFirst() async throws {
        let top = try stage.supervisor(puppets.spec("a"))
        try await stage.runUntilDone(top) {
            try await top.startChild(puppets.spec("b"))
            try await #expect(top.whichChildren().map(\.id) == ["a", "b"])
        }
        #expect(stage.lines.suffix(3) == ["b stops", "a stops", "over"])
    }

    @Test func aFailedStartLeavesNoSpec() async throws {
        let top = try stage.supervisor()
        try await stage.runUntilDone(top) {
            await #expect(throws: SupervisionError.failedToStartChild(id: "a", ChildFailure(Broken()))) {
                try await top.startChild(puppets.spec("a", failingStarts: [1]))
            }
            try await #expect(top.whichChildren().isEmpty)
            try await top.startChild(puppets.spec("a"))
        }
    }

    @Test func checksSpecsThatAreAdded() async throws {
        let top = try stage.supervisor()
        try await stage.runUntilDone(top) {
            await #expect(throws: SupervisionError.significantWithoutAutoShutdown(id: "a")) {
                try await top.startChild(puppets.spec("a", .transient, significant: true))
            }
            try await #expect(top.whichChildren().isEmpty)
        }
    }

    @Test func terminatedChildrenKeepTheirSpecUnlessTemporary() async throws {
        let top = try stage.supervisor(puppets.spec("a"), puppets.spec("t", .temporary))
        try await stage.runUntilDone(top) {
            try await top.terminateChild("a")
            try await top.terminateChild("t")
            try await top.terminateChild("a")
            try await #expect(top.whichChildren() == [ChildInfo(id: "a", kind: .worker, state: .stopped)])
        }
        #expect(stage.lines.count { $0 == "a starts" } == 1)
    }

    @Test func aFailedRestartKeepsTheSpecStopped() async throws {
        let top = try stage.supervisor(puppets.spec("a", failingStarts: [2]))
        try await stage.runUntilDone(top) {
            try await top.terminateChild("a")
            await #expect(throws: SupervisionError.failedToStartChild(id: "a", ChildFailure(Broken()))) {
                try await top.restartChild("a")
            }
            try await #expect(top.whichChildren().map(\.state) == [.stopped])
            try await top.restartChild("a")
            try await #expect(top.whichChildren().map(\.state) == [.running])
        }
    }

    @Test func terminatingAStuckChildFailsTheRequestAndTheSupervisor() async throws {
        let gate = Gate()
        defer { gate.open() }
        let top = try stage.supervisor(
            puppets.spec("a"), puppets.stubborn("b", shutdown: .timeout(.seconds(5)), gate: gate))
        let stuck = SupervisionError.stuck(children: ["b"], cause: nil)
        let error = try await stage.run(top) { _ in
            let termination = Task { try await top.terminateChild("b") }
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(5))
            await #expect(throws: stuck) { try await termination.value }
        }
        #expect(error == stuck)
    }

    @Test func isRefusedUnlessRunning() async throws {
        let top = try stage.supervisor(puppets.spec("a"))
        let notRunning = SupervisionError.notRunning(supervisor: "top")
        await #expect(throws: notRunning) { try await top.whichChildren() }
        try await stage.runUntilDone(top)
        await #expect(throws: notRunning) { try await top.startChild(puppets.spec("b")) }
    }

    @Test func waitingRequestsAreRefusedWhenTheSupervisorStops() async throws {
        let top = try stage.supervisor(puppets.spec("a", hangingStarts: [1]))
        let run = Task { try await top.run() }
        await puppets.journal.reaches("a starts")
        let addition = Task { try await top.startChild(puppets.spec("b")) }
        let hanging = Task { try await top.terminateChild("a") }
        run.cancel()
        await #expect(throws: SupervisionError.notRunning(supervisor: "top")) { try await addition.value }
        await #expect(throws: SupervisionError.notRunning(supervisor: "top")) { try await hanging.value }
        try await run.value
        #expect(!stage.lines.contains("b starts"))
    }

    @Test func aStartInProgressIsRefusedAndUndoneWhenTheSupervisorStops() async throws {
        let top = try stage.supervisor(puppets.spec("a"))
        let error = try await stage.run(top) { run in
            let addition = Task { try await top.startChild(puppets.spec("b", hangingStarts: [1])) }
            await puppets.journal.reaches("b starts")
            run.cancel()
            await #expect(throws: SupervisionError.notRunning(supervisor: "top")) {
                try await addition.value
            }
        }
        #expect(error == nil)
        #expect(stage.lines.suffix(4) == ["b starts", "b stops", "a stops", "over"])
    }

    @Test func aCancelledCallerStopsWaiting() async throws {
        let top = try stage.supervisor()
        try await stage.runUntilDone(top) {
            let addition = Task { try await top.startChild(puppets.spec("a", hangingStarts: [1])) }
            await puppets.journal.reaches("a starts")
            addition.cancel()
            await #expect(throws: CancellationError.self) { try await addition.value }
            puppets.tell("a", .comeUp)
            await stage.notices.reaches("started a")
        }
    }

    @Test func aChildMayTerminateItself() async throws {
        let top = try stage.supervisor()
        let suicidal = ChildSpec("a", shutdown: .infinity) { try await top.terminateChild("a") }
        try await stage.runUntilDone(top) {
            try await top.startChild(suicidal)
            await stage.notices.reaches("a was stopped")
            try await #expect(top.whichChildren().map(\.state) == [.stopped])
        }
    }
}
