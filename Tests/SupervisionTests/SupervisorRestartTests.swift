import TelemetryTesting
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct SupervisorRestartTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let restart: RestartPolicy
        let order: Puppets.Order
        let after: [ChildInfo]
        var testDescription: String { "\(restart) told to \(order)" }
    }

    private static let running = [ChildInfo(id: "a", kind: .worker, state: .running)]
    private static let stopped = [ChildInfo(id: "a", kind: .worker, state: .stopped)]

    private let stage = Stage()
    private var puppets: Puppets { stage.puppets }

    @Test(
        arguments: [
            Case(restart: .permanent, order: .return, after: running),
            Case(restart: .permanent, order: .fail, after: running),
            Case(restart: .transient, order: .return, after: stopped),
            Case(restart: .transient, order: .fail, after: running),
            Case(restart: .transient, order: .failWithCancellation, after: running),
            Case(restart: .temporary, order: .return, after: []),
            Case(restart: .temporary, order: .fail, after: []),
        ])
    func restartsByPolicy(_ table: Case) async throws {
        let top = try stage.supervisor(puppets.spec("a", table.restart))
        let ended: @Sendable ([String]) -> Bool = { lines in
            lines.contains { $0 == "a returned" || $0.hasPrefix("a failed") }
        }
        try await stage.runUntilDone(top) {
            puppets.tell("a", table.order)
            await stage.notices.reaches(ended)
            if table.after == Self.running { await stage.notices.reaches("started a", times: 2) }
            try await #expect(top.whichChildren() == table.after)
        }
    }

    @Test(arguments: [0, 1, 3])
    func failsAtTheFirstFailureBeyondTheIntensity(maxRestarts: Int) async throws {
        let intensity = RestartIntensity(maxRestarts: maxRestarts, period: .seconds(5))
        let top = try stage.supervisor(puppets.spec("a"), puppets.spec("b"), intensity: intensity)
        let error = try await stage.run(top) { _ in
            for failure in 1...(maxRestarts + 1) {
                await stage.notices.reaches("started b", times: failure)
                puppets.tell("b", .fail)
            }
        }
        let failure = ChildFailure(Broken())
        #expect(error == .tooManyRestarts(id: "b", last: .failed(failure), intensity))
        #expect(stage.lines.count { $0 == "b starts" } == maxRestarts + 1)
        #expect(stage.notices.lines.suffix(2) == ["a was stopped", "top failed"])
    }

    @Test func failuresOlderThanThePeriodAreForgotten() async throws {
        let intensity = RestartIntensity(maxRestarts: 1, period: .seconds(5))
        let top = try stage.supervisor(puppets.spec("a"), intensity: intensity)
        let error = try await stage.runUntilDone(top) {
            for failure in 1...5 {
                puppets.tell("a", .fail)
                await stage.notices.reaches("started a", times: failure + 1)
                stage.clock.advance(by: .milliseconds(5001))
            }
        }
        #expect(error == nil)
    }

    @Test func normalEndsOfPermanentChildrenCount() async throws {
        let intensity = RestartIntensity(maxRestarts: 0)
        let top = try stage.supervisor(puppets.spec("a"), intensity: intensity)
        let error = try await stage.run(top) { _ in puppets.tell("a", .return) }
        #expect(error == .tooManyRestarts(id: "a", last: .returned, intensity))
    }

    @Test func aFailingRestartCountsAndIsRetried() async throws {
        let top = try stage.supervisor(puppets.spec("a", failingStarts: [2, 3]))
        try await stage.runUntilDone(top) {
            puppets.tell("a", .fail)
            await puppets.journal.reaches("a is up", times: 2)
        }
        #expect(stage.lines.count { $0 == "a starts" } == 4)
    }

    @Test func failingRestartsEndTheSupervisor() async throws {
        let top = try stage.supervisor(puppets.spec("a", failingStarts: [2, 3, 4]))
        let error = try await stage.run(top) { _ in puppets.tell("a", .fail) }
        let failure = ChildFailure(Broken())
        #expect(error == .tooManyRestarts(id: "a", last: .failed(failure), RestartIntensity()))
        #expect(stage.lines.count { $0 == "a starts" } == 4)
    }

    @Test func waitsTwiceAsLongBeforeEachRestartInARow() async throws {
        let backoff = Backoff(initial: .seconds(1), cap: .seconds(3))
        let top = try stage.supervisor(
            puppets.spec("a", backoff: backoff, failingStarts: [2, 3]),
            intensity: RestartIntensity(maxRestarts: 100))
        try await stage.runUntilDone(top) {
            puppets.tell("a", .fail)
            for (delay, start) in [(1, 2), (2, 3), (3, 4)] {
                try await stage.clock.sleepers(reach: 1)
                stage.clock.advance(by: .seconds(delay) - .nanoseconds(1))
                #expect(stage.lines.count { $0 == "a starts" } == start - 1)
                stage.clock.advance(by: .nanoseconds(1))
                await puppets.journal.reaches("a starts", times: start)
            }
        }
        #expect(
            stage.notices.lines.filter { $0.hasPrefix("restarting") } == [
                "restarting a after 1.0 seconds", "restarting a after 2.0 seconds",
                "restarting a after 3.0 seconds",
            ])
    }

    @Test func aLongLifeResetsTheBackoff() async throws {
        let backoff = Backoff(initial: .seconds(1), cap: .seconds(3))
        let top = try stage.supervisor(
            puppets.spec("a", backoff: backoff), intensity: RestartIntensity(maxRestarts: 100))
        try await stage.runUntilDone(top) {
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

    @Test func stopsWhileAChildWaitsForItsRestart() async throws {
        let top = try stage.supervisor(
            puppets.spec("a", backoff: Backoff(initial: .seconds(1), cap: .seconds(1))))
        let error = try await stage.runUntilDone(top) {
            puppets.tell("a", .fail)
            try await stage.clock.sleepers(reach: 1)
        }
        #expect(error == nil)
        #expect(stage.lines.count { $0 == "a starts" } == 1)
    }
}
