import TestKit
import TelemetryTesting
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct NestedSupervisorTests {
    private let stage = Stage()
    private let gate = Gate()
    private var puppets: Puppets { stage.puppets }

    private func tree(_ inner: ChildSpec..., intensity: RestartIntensity = RestartIntensity()) throws
        -> Supervisor
    {
        let nested = try Supervisor(
            "inner", intensity: intensity, children: inner, clock: stage.clock, observer: stage.notices)
        return try stage.supervisor(puppets.spec("a"), ChildSpec(nested), puppets.spec("z"))
    }

    @Test func startsAndStopsTheWholeTreeInOrder() async throws {
        let top = try tree(puppets.spec("b"), puppets.spec("c"))
        let error = try await stage.runUntilDone(top) {
            try await #expect(
                top.whichChildren().map(\.kind) == [.worker, .supervisor, .worker])
            let counts = try await top.countChildren()
            #expect(counts.supervisors == 1)
            #expect(counts.workers == 2)
        }
        #expect(error == nil)
        #expect(
            stage.lines.filter { !$0.hasSuffix("starts") } == [
                "a is up", "b is up", "c is up", "z is up", "up", "z stops", "c stops", "b stops", "a stops",
                "over",
            ])
    }

    @Test func aFailedStartInsideFailsTheTree() async throws {
        let top = try tree(puppets.spec("b"), puppets.spec("c", failingStarts: [1]))
        let error = try await stage.runUntilDone(top)
        let inner = SupervisionError.failedToStartChild(id: "c", ChildFailure(Broken()))
        #expect(error == .failedToStartChild(id: "inner", ChildFailure(inner)))
        #expect(stage.lines.suffix(4) == ["c starts", "b stops", "a stops", "over"])
    }

    @Test func aFailedSupervisorIsRestartedByTheOneAbove() async throws {
        let top = try tree(
            puppets.spec("b"), puppets.spec("c"), intensity: RestartIntensity(maxRestarts: 0))
        let error = try await stage.runUntilDone(top) {
            puppets.tell("b", .fail)
            await stage.notices.reaches("started inner", times: 2)
            try await #expect(top.countChildren().active == 3)
        }
        #expect(error == nil)
        #expect(stage.lines.count { $0 == "c is up" } == 2)
        #expect(stage.lines.count { $0 == "z is up" } == 1)
    }

    @Test func aRestartBeginsWithTheOriginalChildren() async throws {
        let nested = try Supervisor(
            "inner", intensity: RestartIntensity(maxRestarts: 0), children: [puppets.spec("b")],
            clock: stage.clock)
        let top = try stage.supervisor(ChildSpec(nested))
        try await stage.runUntilDone(top) {
            try await nested.startChild(puppets.spec("extra"))
            puppets.tell("b", .fail)
            await stage.notices.reaches("started inner", times: 2)
            try await #expect(nested.whichChildren().map(\.id) == ["b"])
        }
    }

    @Test func failuresEscalateToTheRoot() async throws {
        let none = RestartIntensity(maxRestarts: 0)
        let nested = try Supervisor("inner", intensity: none, children: [puppets.spec("b")])
        let top = try stage.supervisor(ChildSpec(nested), intensity: none)
        let error = try await stage.run(top) { _ in puppets.tell("b", .fail) }
        let inner = SupervisionError.tooManyRestarts(id: "b", last: .failed(ChildFailure(Broken())), none)
        #expect(error == .tooManyRestarts(id: "inner", last: .failed(ChildFailure(inner)), none))
    }

    @Test func aChildStuckInsideIsNamedByTheRoot() async throws {
        defer { gate.open() }
        let top = try tree(puppets.stubborn("b", shutdown: .timeout(.seconds(5)), gate: gate))
        let error = try await stage.run(top) { run in
            run.cancel()
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(5))
        }
        #expect(error == .stuck(children: ["inner/b"], cause: nil))
        #expect(stage.lines.suffix(2) == ["a stops", "over"])
    }

    @Test(arguments: [RestartPolicy.permanent, .transient, .temporary])
    func aSupervisorThatFailsOverAStuckChildIsNotRestarted(restart: RestartPolicy) async throws {
        defer { gate.open() }
        let nested = try Supervisor(
            "inner", strategy: .oneForAll,
            children: [
                puppets.stubborn("b", shutdown: .timeout(.seconds(5)), gate: gate), puppets.spec("c"),
            ],
            clock: stage.clock)
        let top = try stage.supervisor(puppets.spec("a"), ChildSpec(nested, restart: restart))
        let error = try await stage.run(top) { _ in
            puppets.tell("c", .fail)
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(5))
        }
        #expect(error == .stuck(children: ["inner/b"], cause: nil))
        #expect(stage.lines.count { $0 == "c starts" } == 1)
        #expect(stage.lines.suffix(2) == ["a stops", "over"])
    }

    @Test func aChildStuckInAFailedStartIsNamedByTheRoot() async throws {
        defer { gate.open() }
        let top = try tree(
            puppets.stubborn("b", shutdown: .timeout(.seconds(5)), gate: gate),
            puppets.spec("c", failingStarts: [1]))
        let run = Task { try await top.run() }
        try await stage.clock.sleepers(reach: 1)
        stage.clock.advance(by: .seconds(5))
        await #expect(throws: SupervisionError.stuck(children: ["inner/b"], cause: nil)) {
            try await run.value
        }
    }

    @Test func anAutomaticShutdownInsideIsANormalEnd() async throws {
        let nested = try Supervisor(
            "inner", autoShutdown: .anySignificant,
            children: [puppets.spec("b", .temporary, significant: true)])
        let top = try stage.supervisor(ChildSpec(nested, restart: .transient))
        try await stage.runUntilDone(top) {
            puppets.tell("b", .return)
            await stage.notices.reaches("inner returned")
            try await #expect(top.whichChildren().map(\.state) == [.stopped])
        }
    }
}
