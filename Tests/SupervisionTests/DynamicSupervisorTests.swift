import TelemetryTesting
import TestKit
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct DynamicSupervisorTests {
    private let stage = DynamicStage()
    private var puppets: Puppets { stage.puppets }

    private static let onceASecond = Backoff(initial: .seconds(1), cap: .seconds(1))

    @Test func beginsEmptyAndListsWhatWasStarted() async throws {
        let crowd = try stage.supervisor()
        try await stage.runUntilDone(crowd) {
            try #expect(crowd.countChildren().specs == 0)
            let first = try await crowd.startChild(puppets.spec("a"))
            let second = try await crowd.startChild(
                ChildSpec("a") { try await Task.sleep(for: .seconds(3600)) })
            #expect(first != second)
            try #expect(Set(crowd.whichChildren().map(\.child)) == [first, second])
            try #expect(crowd.countChildren().active == 2)
            try #expect(crowd.countChildren().workers == 2)
        }
    }

    @Test func waitsUntilAChildIsUp() async throws {
        let crowd = try stage.supervisor()
        try await stage.runUntilDone(crowd) {
            let start = Task { try await crowd.startChild(puppets.spec("a", hangingStarts: [1])) }
            await puppets.journal.reaches("a starts")
            try #expect(crowd.whichChildren().map(\.info.state) == [.starting])
            puppets.tell("a", .comeUp)
            _ = try await start.value
            try #expect(crowd.whichChildren().map(\.info.state) == [.running])
        }
    }

    @Test func aFailedStartLeavesNothing() async throws {
        let crowd = try stage.supervisor(intensity: RestartIntensity(maxRestarts: 0))
        try await stage.runUntilDone(crowd) {
            await #expect(throws: SupervisionError.failedToStartChild(id: "a", ChildFailure(Broken()))) {
                try await crowd.startChild(puppets.spec("a", failingStarts: [1]))
            }
            try #expect(crowd.countChildren().specs == 0)
        }
        #expect(stage.notices.lines == ["a failed: broken"])
    }

    @Test(
        arguments: [
            (RestartPolicy.permanent, Puppets.Order.return, true), (.permanent, .fail, true),
            (.transient, .return, false), (.transient, .fail, true),
            (.temporary, .return, false), (.temporary, .fail, false),
        ])
    func restartsByPolicyAndKeepsNoSpec(restart: RestartPolicy, order: Puppets.Order, isRestarted: Bool)
        async throws
    {
        let crowd = try stage.supervisor()
        try await stage.runUntilDone(crowd) {
            let child = try await crowd.startChild(puppets.spec("a", restart))
            puppets.tell("a", order)
            await stage.notices.reaches { lines in
                lines.contains { $0 == "a returned" || $0.hasPrefix("a failed") }
            }
            if isRestarted { await stage.notices.reaches("started a", times: 2) }
            try #expect(crowd.whichChildren().map(\.child) == (isRestarted ? [child] : []))
        }
    }

    @Test func oneFailureTakesNobodyWithIt() async throws {
        let crowd = try stage.supervisor()
        try await stage.runUntilDone(crowd) {
            for id in ["a", "b", "c"] { try await crowd.startChild(puppets.spec(id)) }
            puppets.tell("b", .fail)
            await stage.notices.reaches("started b", times: 2)
        }
        #expect(stage.lines.count { $0.hasSuffix("starts") } == 4)
    }

    @Test func childrenThatWaitForARestartCountForTheLimit() async throws {
        let crowd = try stage.supervisor(maxChildren: 2)
        try await stage.runUntilDone(crowd) {
            try await crowd.startChild(puppets.spec("a", backoff: Self.onceASecond))
            let second = try await crowd.startChild(puppets.spec("b"))
            puppets.tell("a", .fail)
            try await stage.clock.sleepers(reach: 1)
            try #expect(crowd.countChildren().active == 1)
            await #expect(throws: SupervisionError.maxChildren(2)) {
                try await crowd.startChild(puppets.spec("c"))
            }
            try await crowd.terminateChild(second)
            try await crowd.startChild(puppets.spec("c"))
        }
    }

    @Test func refusesANegativeLimitAndAnImpossibleIntensity() {
        #expect(throws: SupervisionError.invalidMaxChildren(-1)) {
            try DynamicSupervisor("crowd", maxChildren: -1)
        }
        let impossible = RestartIntensity(maxRestarts: -1)
        #expect(throws: SupervisionError.invalidIntensity(impossible)) {
            try DynamicSupervisor("crowd", intensity: impossible)
        }
    }

    @Test func refusesSignificantChildren() async throws {
        let crowd = try stage.supervisor()
        try await stage.runUntilDone(crowd) {
            await #expect(throws: SupervisionError.significantWithoutAutoShutdown(id: "a")) {
                try await crowd.startChild(puppets.spec("a", .transient, significant: true))
            }
        }
    }

    @Test(arguments: [0, 2])
    func failsWithTheFirstRestartTooMany(maxRestarts: Int) async throws {
        let intensity = RestartIntensity(maxRestarts: maxRestarts)
        let crowd = try stage.supervisor(intensity: intensity)
        let error = try await stage.run(crowd) { _ in
            try await crowd.startChild(puppets.spec("a"))
            try await crowd.startChild(puppets.spec("b"))
            for failure in 1...(maxRestarts + 1) {
                await stage.notices.reaches("started a", times: failure)
                puppets.tell("a", .fail)
            }
        }
        #expect(error == .tooManyRestarts(id: "a", last: .failed(ChildFailure(Broken())), intensity))
        #expect(stage.notices.lines.suffix(2) == ["b was stopped", "crowd failed"])
    }

    @Test func aFailingRestartCountsAndIsRetried() async throws {
        let crowd = try stage.supervisor(intensity: RestartIntensity(maxRestarts: 3))
        let error = try await stage.run(crowd) { _ in
            try await crowd.startChild(puppets.spec("a", failingStarts: [2, 3, 4]))
            puppets.tell("a", .fail)
        }
        #expect(
            error
                == .tooManyRestarts(
                    id: "a", last: .failed(ChildFailure(Broken())), RestartIntensity(maxRestarts: 3)))
        #expect(stage.lines.count { $0 == "a starts" } == 4)
    }

    @Test func terminatesByHandle() async throws {
        let crowd = try stage.supervisor()
        try await stage.runUntilDone(crowd) {
            let first = try await crowd.startChild(puppets.spec("a"))
            let second = try await crowd.startChild(puppets.spec("b"))
            try await crowd.terminateChild(first)
            try #expect(crowd.whichChildren().map(\.child) == [second])
            await #expect(throws: SupervisionError.notFound(id: "a")) {
                try await crowd.terminateChild(first)
            }
            let third = try await crowd.startChild(puppets.spec("a"))
            await #expect(throws: SupervisionError.notFound(id: "a")) {
                try await crowd.terminateChild(first)
            }
            try #expect(Set(crowd.whichChildren().map(\.child)) == [second, third])
        }
        #expect(stage.notices.lines.count { $0 == "a was stopped" } == 2)
    }

    @Test func terminatesAChildThatWaitsForItsRestart() async throws {
        let crowd = try stage.supervisor()
        try await stage.runUntilDone(crowd) {
            let child = try await crowd.startChild(puppets.spec("a", backoff: Self.onceASecond))
            puppets.tell("a", .fail)
            try await stage.clock.sleepers(reach: 1)
            try await crowd.terminateChild(child)
            try #expect(crowd.countChildren().specs == 0)
            stage.clock.advance(by: .seconds(1))
        }
        #expect(stage.lines.count { $0 == "a starts" } == 1)
    }

    @Test func terminatingOneThatStartsEndsTheWaitForIt() async throws {
        let crowd = try stage.supervisor()
        try await stage.runUntilDone(crowd) {
            let start = Task { try await crowd.startChild(puppets.spec("a", hangingStarts: [1])) }
            await puppets.journal.reaches("a starts")
            let child = try #require(try crowd.whichChildren().first?.child)
            try await crowd.terminateChild(child)
            await #expect(
                throws: SupervisionError.failedToStartChild(id: "a", ChildFailure(CancellationError()))
            ) { try await start.value }
        }
    }

    @Test func waitsTwiceAsLongBeforeEachRestartInARow() async throws {
        let crowd = try stage.supervisor(intensity: RestartIntensity(maxRestarts: 10))
        try await stage.runUntilDone(crowd) {
            let backoff = Backoff(initial: .seconds(1), cap: .seconds(3))
            try await crowd.startChild(puppets.spec("a", backoff: backoff, failingStarts: [2, 3]))
            puppets.tell("a", .fail)
            for delay in [1, 2, 3] {
                try await stage.clock.sleepers(reach: 1)
                stage.clock.advance(by: .seconds(delay))
            }
            await stage.notices.reaches("started a", times: 2)
        }
        #expect(
            stage.notices.lines.filter { $0.hasPrefix("restarting") } == [
                "restarting a after 1.0 seconds", "restarting a after 2.0 seconds",
                "restarting a after 3.0 seconds",
            ])
    }

    @Test func aLongLifeResetsTheBackoff() async throws {
        let crowd = try stage.supervisor(intensity: RestartIntensity(maxRestarts: 10))
        try await stage.runUntilDone(crowd) {
            let backoff = Backoff(initial: .seconds(1), cap: .seconds(3))
            try await crowd.startChild(puppets.spec("a", backoff: backoff))
            for (life, start) in [(0, 2), (3, 3), (4, 4)] {
                stage.clock.advance(by: .seconds(life))
                puppets.tell("a", .fail)
                try await stage.clock.sleepers(reach: 1)
                stage.clock.advance(by: .seconds(3))
                await stage.notices.reaches("started a", times: start)
            }
        }
        #expect(
            stage.notices.lines.filter { $0.hasPrefix("restarting") } == [
                "restarting a after 1.0 seconds", "restarting a after 2.0 seconds",
                "restarting a after 1.0 seconds",
            ])
    }

    @Test func runsOnceAtATimeButAgainAfterwards() async throws {
        let crowd = try stage.supervisor()
        await #expect(throws: SupervisionError.notRunning(supervisor: "crowd")) {
            try await crowd.startChild(puppets.spec("a"))
        }
        try await stage.runUntilDone(crowd) {
            await #expect(throws: SupervisionError.alreadyRunning(supervisor: "crowd")) {
                try await crowd.run()
            }
            try await crowd.startChild(puppets.spec("a"))
        }
        #expect(throws: SupervisionError.notRunning(supervisor: "crowd")) { try crowd.countChildren() }
        try await stage.runUntilDone(crowd) { try #expect(crowd.countChildren().specs == 0) }
    }

    @Test func isAChildLikeAnyOther() async throws {
        let crowd = try stage.supervisor(intensity: RestartIntensity(maxRestarts: 0))
        let top = try Supervisor("top", children: [ChildSpec(crowd)], clock: stage.clock)
        let run = Task { try await top.run() }
        while (try? crowd.countChildren()) == nil { await Task.yield() }
        try await #expect(top.countChildren().supervisors == 1)
        try await crowd.startChild(puppets.spec("a"))
        puppets.tell("a", .fail)
        await stage.notices.reaches("crowd failed")
        while (try? crowd.countChildren().specs) != 0 { await Task.yield() }
        run.cancel()
        try await run.value
    }
}
