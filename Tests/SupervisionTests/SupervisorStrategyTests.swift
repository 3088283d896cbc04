import TestKit
import TelemetryTesting
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct SupervisorStrategyTests {
    private let stage = Stage()
    private var puppets: Puppets { stage.puppets }

    private func linesAfterFailure(of id: String, _ strategy: RestartStrategy) async throws -> [String] {
        let top = try stage.supervisor(
            puppets.spec("a"), puppets.spec("b"), puppets.spec("t", .temporary), puppets.spec("c"),
            strategy: strategy)
        var before = 0
        try await stage.runUntilDone(top) {
            before = stage.lines.count
            puppets.tell(id, .fail)
            let last = strategy == .oneForOne ? id : "c"
            await stage.notices.reaches("started \(last)", times: 2)
            try await #expect(top.whichChildren().allSatisfy { $0.state == .running })
            puppets.journal.note("all up")
        }
        return Array(stage.lines.dropFirst(before).prefix { $0 != "all up" })
    }

    @Test func oneForOneRestartsJustTheChild() async throws {
        try await #expect(linesAfterFailure(of: "b", .oneForOne) == ["b starts", "b is up"])
    }

    @Test func oneForAllRestartsAllButTemporaryChildren() async throws {
        try await #expect(
            linesAfterFailure(of: "b", .oneForAll) == [
                "c stops", "t stops", "a stops", "a starts", "a is up", "b starts", "b is up", "c starts",
                "c is up",
            ])
    }

    @Test func restForOneRestartsWhatComesAfterButTemporaryChildren() async throws {
        try await #expect(
            linesAfterFailure(of: "b", .restForOne) == [
                "c stops", "t stops", "b starts", "b is up", "c starts", "c is up",
            ])
    }

    @Test func restForOneOfTheLastRestartsOnlyThat() async throws {
        try await #expect(linesAfterFailure(of: "c", .restForOne) == ["c starts", "c is up"])
    }

    @Test(arguments: [RestartStrategy.oneForAll, .restForOne])
    func droppedTemporarySiblingsAreGone(strategy: RestartStrategy) async throws {
        let top = try stage.supervisor(puppets.spec("a"), puppets.spec("t", .temporary), strategy: strategy)
        try await stage.runUntilDone(top) {
            puppets.tell("a", .fail)
            await stage.notices.reaches("started a", times: 2)
            try await #expect(top.whichChildren() == [ChildInfo(id: "a", kind: .worker, state: .running)])
        }
    }

    @Test(arguments: RestartStrategy.allCases)
    func aTemporaryChildTakesNobodyWithIt(strategy: RestartStrategy) async throws {
        let top = try stage.supervisor(puppets.spec("t", .temporary), puppets.spec("a"), strategy: strategy)
        try await stage.runUntilDone(top) {
            puppets.tell("t", .fail)
            await stage.notices.reaches("t failed: broken")
            try await #expect(top.whichChildren() == [ChildInfo(id: "a", kind: .worker, state: .running)])
        }
        #expect(stage.lines.count { $0 == "a starts" } == 1)
    }

    @Test(
        arguments: [
            (RestartStrategy.oneForAll, ["a": 3, "b": 3, "c": 2]),
            (RestartStrategy.restForOne, ["a": 1, "b": 3, "c": 2]),
        ])
    func aFailedRestartOfTheGroupIsRetriedFromTheChildThatFailed(
        strategy: RestartStrategy, starts: [String: Int]
    ) async throws {
        let top = try stage.supervisor(
            puppets.spec("a"), puppets.spec("b", failingStarts: [2]), puppets.spec("c"), strategy: strategy)
        try await stage.runUntilDone(top) {
            puppets.tell("b", .fail)
            await puppets.journal.reaches("c is up", times: 2)
        }
        for (id, count) in starts {
            #expect(stage.lines.count { $0 == "\(id) starts" } == count, "starts of \(id)")
        }
    }

    @Test func oneForAllBacksOffWithEverythingStopped() async throws {
        let backoff = Backoff(initial: .seconds(1), cap: .seconds(1))
        let top = try stage.supervisor(
            puppets.spec("a", backoff: backoff), puppets.spec("b"), strategy: .oneForAll)
        try await stage.runUntilDone(top) {
            puppets.tell("a", .fail)
            try await stage.clock.sleepers(reach: 1)
            try await #expect(top.whichChildren().map(\.state) == [.restarting, .stopped])
            stage.clock.advance(by: .seconds(1))
            await puppets.journal.reaches("b is up", times: 2)
        }
    }

    @Test func oneForAllRestartsStoppedSiblingsToo() async throws {
        let top = try stage.supervisor(puppets.spec("a"), puppets.spec("b"), strategy: .oneForAll)
        try await stage.runUntilDone(top) {
            try await top.terminateChild("b")
            puppets.tell("a", .fail)
            await puppets.journal.reaches("b is up", times: 2)
        }
    }

    @Test func aSiblingThatFailsWhileTheGroupIsStoppedDoesNotCountAgain() async throws {
        let intensity = RestartIntensity(maxRestarts: 1)
        let gate = Gate()
        let top = try stage.supervisor(
            puppets.spec("a"), puppets.spec("b"),
            puppets.stubborn("c", .transient, shutdown: .infinity, gate: gate),
            strategy: .oneForAll, intensity: intensity)
        let error = try await stage.runUntilDone(top) {
            puppets.tell("b", .fail)
            await stage.notices.reaches("restarting b after 0.0 seconds")
            puppets.tell("a", .fail)
            await stage.notices.reaches("a failed: broken")
            gate.open()
            await puppets.journal.reaches("c is up", times: 2)
        }
        #expect(error == nil)
    }
}
