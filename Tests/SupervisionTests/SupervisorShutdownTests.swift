import TestKit
import TelemetryTesting
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct SupervisorShutdownTests {
    private let stage = Stage()
    private let gate = Gate()
    private var puppets: Puppets { stage.puppets }

    private func stubborn(_ id: String, seconds: Int = 5) -> ChildSpec {
        puppets.stubborn(id, shutdown: .timeout(.seconds(seconds)), gate: gate)
    }

    @Test func aChildPastItsTimeoutIsStuckAndNamed() async throws {
        defer { gate.open() }
        let top = try stage.supervisor(puppets.spec("a"), stubborn("b"), puppets.spec("c"))
        let error = try await stage.run(top) { run in
            run.cancel()
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(5))
        }
        #expect(error == .stuck(children: ["b"], cause: nil))
        #expect(
            stage.notices.lines.suffix(4) == [
                "c was stopped", "stuck b after 5.0 seconds", "a was stopped", "top failed",
            ])
    }

    @Test func everyStuckChildIsNamed() async throws {
        defer { gate.open() }
        let top = try stage.supervisor(stubborn("a", seconds: 1), stubborn("b", seconds: 2))
        let error = try await stage.run(top) { run in
            run.cancel()
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(2))
            await stage.notices.reaches("stuck b after 2.0 seconds")
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(1))
        }
        #expect(error == .stuck(children: ["b", "a"], cause: nil))
    }

    @Test func aChildStuckInARestartFailsTheSupervisor() async throws {
        defer { gate.open() }
        let top = try stage.supervisor(puppets.spec("a"), stubborn("b"), strategy: .oneForAll)
        let error = try await stage.run(top) { _ in
            puppets.tell("a", .fail)
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(5))
        }
        #expect(error == .stuck(children: ["b"], cause: nil))
        #expect(stage.lines.count { $0 == "a starts" } == 1)
    }

    @Test func aStuckChildKeepsTheCauseOfTheShutdown() async throws {
        defer { gate.open() }
        let intensity = RestartIntensity(maxRestarts: 0)
        let top = try stage.supervisor(puppets.spec("a"), stubborn("b"), intensity: intensity)
        let error = try await stage.run(top) { _ in
            puppets.tell("a", .fail)
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(5))
        }
        let cause = SupervisionError.tooManyRestarts(
            id: "a", last: .failed(ChildFailure(Broken())), intensity)
        #expect(error == .stuck(children: ["b"], cause: cause))
    }

    @Test func aChildWithinItsTimeoutIsNotStuck() async throws {
        let top = try stage.supervisor(stubborn("a"))
        let error = try await stage.run(top) { run in
            run.cancel()
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(5) - .nanoseconds(1))
            gate.open()
        }
        #expect(error == nil)
        #expect(stage.notices.lines.last == "a was stopped")
    }

    @Test func aBrutallyStoppedChildIsNotWaitedFor() async throws {
        defer { gate.open() }
        let top = try stage.supervisor(
            puppets.spec("a"), puppets.stubborn("b", shutdown: .brutal, gate: gate))
        let error = try await stage.runUntilDone(top)
        #expect(error == nil)
        #expect(stage.notices.lines.suffix(2) == ["b was cancelled and abandoned", "a was stopped"])
    }

    @Test func theLateEndOfAnAbandonedChildIsIgnored() async throws {
        let top = try stage.supervisor(
            puppets.spec("a"), puppets.stubborn("b", shutdown: .brutal, gate: gate), strategy: .oneForAll)
        try await stage.runUntilDone(top) {
            puppets.tell("a", .fail)
            await stage.notices.reaches("started b", times: 2)
            try await top.terminateChild("b")
            gate.open()
            try await top.terminateChild("a")
        }
        #expect(stage.notices.lines.count { $0 == "b was cancelled and abandoned" } == 2)
        #expect(!stage.notices.lines.contains("b returned"))
    }

    @Test func anErrorThrownWhileStoppingIsReportedButFailsNothing() async throws {
        let top = try stage.supervisor(puppets.spec("a"), puppets.spec("b", failsWhenStopped: true))
        let error = try await stage.runUntilDone(top)
        #expect(error == nil)
        #expect(stage.notices.lines.suffix(2) == ["b failed: broken", "a was stopped"])
    }

    @Test func aChildThatEndsDuringTheShutdownOfOthersIsNotRestarted() async throws {
        let top = try stage.supervisor(
            puppets.spec("a"), puppets.spec("b"), puppets.stubborn("c", shutdown: .infinity, gate: gate),
            intensity: RestartIntensity(maxRestarts: 0))
        let error = try await stage.run(top) { run in
            run.cancel()
            puppets.tell("a", .fail)
            await stage.notices.reaches("a failed: broken")
            gate.open()
        }
        #expect(error == nil)
        #expect(stage.notices.lines.suffix(3) == ["a failed: broken", "c was stopped", "b was stopped"])
    }

    @Test func cancellationDuringARestartStopsEverything() async throws {
        let top = try stage.supervisor(
            puppets.spec("a"), puppets.spec("b", hangingStarts: [2]), puppets.spec("c"), strategy: .oneForAll)
        let error = try await stage.runUntilDone(top) {
            puppets.tell("c", .fail)
            await puppets.journal.reaches("b starts", times: 2)
        }
        #expect(error == nil)
        #expect(stage.lines.suffix(4) == ["b starts", "b stops", "a stops", "over"])
    }
}
