import Synchronization
import TelemetryTesting
import TestKit
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct DynamicShutdownTests {
    private let stage = DynamicStage()
    private let gate = Gate()
    private var puppets: Puppets { stage.puppets }

    private func stubborn(_ id: String, _ shutdown: ChildShutdown = .timeout(.seconds(5))) -> ChildSpec {
        puppets.stubborn(id, shutdown: shutdown, gate: gate)
    }

    @Test func stopsAllAtOnce() async throws {
        let all = Gate()
        let crowd = try stage.supervisor()
        try await stage.runUntilDone(crowd) {
            for id in ["a", "b", "c"] {
                try await crowd.startChild(
                    ChildSpec(id, shutdown: .infinity) { context in
                        context.ready()
                        while !Task.isCancelled { try? await stage.clock.sleep(for: .seconds(3600)) }
                        puppets.journal.note("\(id) is told")
                        // Opens once every one was told: stopping one after the other would hang.
                        if stage.lines.count(where: { $0.hasSuffix("told") }) == 3 { all.open() }
                        await all.passage()
                    })
            }
        }
        #expect(stage.notices.lines.count { $0.hasSuffix("was stopped") } == 3)
    }

    @Test func aChildPastItsTimeoutIsStuckAndFailsTheSupervisor() async throws {
        defer { gate.open() }
        let crowd = try stage.supervisor()
        let error = try await stage.run(crowd) { run in
            try await crowd.startChild(stubborn("a"))
            try await crowd.startChild(stubborn("b", .timeout(.seconds(1))))
            try await crowd.startChild(puppets.spec("c"))
            run.cancel()
            try await stage.clock.sleepers(reach: 2)
            stage.clock.advance(by: .seconds(1))
            await stage.notices.reaches("stuck b after 1.0 seconds")
            stage.clock.advance(by: .seconds(4))
        }
        #expect(error == .stuck(children: ["b", "a"], cause: nil))
        #expect(stage.notices.lines.suffix(2) == ["stuck a after 5.0 seconds", "crowd failed"])
    }

    @Test func terminatingAStuckChildFailsTheRequestAndTheSupervisor() async throws {
        defer { gate.open() }
        let crowd = try stage.supervisor()
        let stuck = SupervisionError.stuck(children: ["a"], cause: nil)
        let error = try await stage.run(crowd) { _ in
            try await crowd.startChild(puppets.spec("b"))
            let child = try await crowd.startChild(stubborn("a"))
            let termination = Task { try await crowd.terminateChild(child) }
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(5))
            await #expect(throws: stuck) { try await termination.value }
        }
        #expect(error == stuck)
        #expect(stage.notices.lines.suffix(2) == ["b was stopped", "crowd failed"])
    }

    @Test func aCancelledCallerLeavesTheTerminationToTheSupervisor() async throws {
        defer { gate.open() }
        let crowd = try stage.supervisor()
        let error = try await stage.run(crowd) { _ in
            let child = try await crowd.startChild(stubborn("a"))
            let termination = Task { try await crowd.terminateChild(child) }
            try await stage.clock.sleepers(reach: 1)
            termination.cancel()
            await #expect(throws: CancellationError.self) { try await termination.value }
            stage.clock.advance(by: .seconds(5))
        }
        #expect(error == .stuck(children: ["a"], cause: nil))
    }

    @Test func everyCallerOfATerminationLearnsOfTheEnd() async throws {
        let crowd = try stage.supervisor()
        try await stage.runUntilDone(crowd) {
            let child = try await crowd.startChild(stubborn("a"))
            let first = try #require(try crowd.beginTermination(of: child))
            let second = try #require(try crowd.beginTermination(of: child))
            try #expect(crowd.whichChildren().map(\.info.state) == [.running])
            gate.open()
            _ = await (first.value(), second.value())
            try #expect(crowd.countChildren().specs == 0)
        }
        #expect(stage.notices.lines == ["started a", "a was stopped"])
    }

    @Test func aBrutallyStoppedChildIsNotWaitedFor() async throws {
        defer { gate.open() }
        let crowd = try stage.supervisor()
        let error = try await stage.runUntilDone(crowd) {
            let child = try await crowd.startChild(stubborn("a", .brutal))
            try await crowd.startChild(stubborn("b", .brutal))
            try await crowd.terminateChild(child)
            try #expect(crowd.countChildren().specs == 1)
        }
        #expect(error == nil)
        #expect(
            stage.notices.lines == [
                "started a", "started b", "a was cancelled and abandoned", "b was cancelled and abandoned",
            ])
    }

    @Test func anInfiniteTimeoutWaits() async throws {
        let crowd = try stage.supervisor()
        let error = try await stage.run(crowd) { run in
            try await crowd.startChild(stubborn("a", .infinity))
            run.cancel()
            await #expect(throws: SupervisionError.notRunning(supervisor: "crowd")) {
                while true { try await crowd.startChild(puppets.spec("b", .temporary, shutdown: .brutal)) }
            }
            gate.open()
        }
        #expect(error == nil)
        #expect(stage.notices.lines.last == "a was stopped")
    }

    @Test func stopsWhileChildrenWaitForRestartsOrStart() async throws {
        let crowd = try stage.supervisor()
        let error = try await stage.run(crowd) { run in
            try await crowd.startChild(
                puppets.spec("a", backoff: Backoff(initial: .seconds(1), cap: .seconds(1))))
            puppets.tell("a", .fail)
            try await stage.clock.sleepers(reach: 1)
            let start = Task { try await crowd.startChild(puppets.spec("b", hangingStarts: [1])) }
            await puppets.journal.reaches("b starts")
            run.cancel()
            await #expect(throws: SupervisionError.notRunning(supervisor: "crowd")) { try await start.value }
        }
        #expect(error == nil)
        #expect(stage.notices.lines.last == "b was stopped")
    }

    @Test func whatIsStuckInsideANestedSupervisorFailsUpward() async throws {
        defer { gate.open() }
        let nested = try Supervisor(
            "inner", strategy: .oneForAll, children: [stubborn("a"), puppets.spec("b")], clock: stage.clock)
        let crowd = try stage.supervisor()
        let error = try await stage.run(crowd) { _ in
            try await crowd.startChild(ChildSpec(nested))
            puppets.tell("b", .fail)
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(5))
        }
        #expect(error == .stuck(children: ["inner/a"], cause: nil))
        #expect(stage.lines.count { $0 == "b starts" } == 1)
    }

    @Test func whoWaitsForAStartLearnsThatItIsStuck() async throws {
        defer { gate.open() }
        let nested = try Supervisor(
            "inner", children: [stubborn("a"), puppets.spec("b", failingStarts: [1])], clock: stage.clock)
        let crowd = try stage.supervisor()
        let stuck = SupervisionError.stuck(children: ["inner/a"], cause: nil)
        let error = try await stage.run(crowd) { _ in
            let start = Task { try await crowd.startChild(ChildSpec(nested)) }
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(5))
            await #expect(throws: stuck) { try await start.value }
        }
        #expect(error == stuck)
    }

    /// Ends every child as soon as it is said to have started, when its task is not there yet.
    private final class Assassin: SupervisionObserver {
        let crowd = Mutex<DynamicSupervisor?>(nil)

        func childStarted(_ id: String, of supervisor: String) {
            let crowd = crowd.withLock { $0 }
            for (child, _) in (try? crowd?.whichChildren()) ?? [] {
                _ = try? crowd?.beginTermination(of: child)
            }
        }
        func childEnded(_ id: String, of supervisor: String, end: ChildEnd, wasUp: Bool) {}
        func childRestarting(_ id: String, of supervisor: String, after delay: Duration) {}
        func childStuck(_ id: String, of supervisor: String, after timeout: Duration) {}
        func supervisorFailed(_ supervisor: String, error: SupervisionError) {}
    }

    @Test(arguments: [ChildShutdown.brutal, .infinity])
    func aChildThatIsEndedAtItsStartIsCancelled(shutdown: ChildShutdown) async throws {
        let assassin = Assassin()
        let crowd = try DynamicSupervisor("crowd", clock: stage.clock, observer: assassin)
        assassin.crowd.withLock { $0 = crowd }
        defer { assassin.crowd.withLock { $0 = nil } }
        _ = try await stage.run(crowd) { run in
            try await crowd.startChild(
                ChildSpec("a", shutdown: shutdown) {
                    try? await stage.clock.sleep(for: .seconds(3600))
                    puppets.journal.note("cancelled")
                })
            await puppets.journal.reaches("cancelled")
            run.cancel()
        }
    }
}
