import TelemetryTesting
import TestKit
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct TaskSupervisorTests {
    private let stage = TaskStage()

    @Test func startsTasksThatNobodyAwaits() async throws {
        try await stage.withTasks { tasks in
            try tasks.startChild("a") { stage.notices.note("a runs") }
            await stage.notices.reaches("a returned")
            try #expect(tasks.countChildren().specs == 0)
            let parked = try tasks.startChild("b") { try await stage.park("b") }
            await stage.notices.reaches("b parks")
            try #expect(tasks.whichChildren().map(\.child) == [parked])
            try await tasks.terminateChild(parked)
        }
        #expect(
            stage.notices.lines == [
                "started a", "a runs", "a returned", "started b", "b parks", "b is cancelled",
                "b was stopped",
            ])
    }

    @Test(arguments: [(RestartPolicy.temporary, 1), (.transient, 2), (.permanent, 3)])
    func restartsTasksWhereAsked(restart: RestartPolicy, starts: Int) async throws {
        try await stage.withTasks { tasks in
            try tasks.startChild("a", restart: restart) {
                let runs = stage.notices.lines.count { $0 == "a runs" }
                stage.notices.note("a runs")
                if runs == 0 { throw Broken() }
                if runs == 2 { try await stage.park("a") }
            }
            await stage.notices.reaches("started a", times: starts)
            while try tasks.countChildren().specs > (restart == .permanent ? 1 : 0) { await Task.yield() }
        }
        #expect(stage.notices.lines.count { $0 == "started a" } == starts)
    }

    @Test func givesWhatATaskReturns() async throws {
        try await stage.withTasks { tasks in
            let linked = try tasks.async { 1 }
            let other = try tasks.asyncNoLink { 2 }
            try await #expect(linked.value + other.value(timeout: .seconds(1)) == 3)
            // Again, as often as one likes, also when it is over long ago.
            try await #expect(linked.value == 1)
            try await #expect(linked.yield(timeout: .zero)?.get() == 1)
            try await #expect(linked.shutdown()?.get() == 1)
        }
    }

    @Test func throwsWhatATaskThrows() async throws {
        try await stage.withTasks { tasks in
            let linked = try tasks.async("a") { throw Broken() }
            await #expect(throws: Broken.self) { try await linked.value }
            let other = try tasks.asyncNoLink("a") { throw Broken() }
            await #expect(throws: Broken.self) { try await other.value(timeout: .seconds(1)) }
            await stage.notices.reaches("a failed: broken", times: 2)
        }
    }

    @Test func aCancelledOwnerTakesALinkedTaskWithIt() async throws {
        try await stage.withTasks { tasks in
            let task = try tasks.async("a") { try await stage.park("a") }
            let owner = Task { try await task.value }
            await stage.notices.reaches("a parks")
            owner.cancel()
            await #expect(throws: CancellationError.self) { try await owner.value }
            await stage.notices.reaches("a was stopped")
        }
    }

    @Test func anOwnerThatForgetsALinkedTaskEndsIt() async throws {
        try await stage.withTasks { tasks in
            do {
                let task = try tasks.async("a") { try await stage.park("a") }
                await stage.notices.reaches("a parks")
                _ = task.child
            }
            await stage.notices.reaches("a was stopped")
        }
    }

    @Test func aTaskThatIsDoneIsNotEnded() async throws {
        try await stage.withTasks { tasks in
            let gate = Gate()
            // Its result is there, its end is not noted yet.
            let outcome = TaskOutcome<Int>()
            outcome.promise.fulfil(.success(1))
            let child = try tasks.startChild("a") { await gate.passage() }
            do {
                let task = SupervisedTask(child, outcome, tasks.children, isLinked: true)
                try await #expect(task.value == 1)
            }
            gate.open()
            await stage.notices.reaches { $0.contains { $0.hasPrefix("a ") } }
            #expect(stage.notices.lines.last == "a returned")
        }
    }

    @Test func aTaskWithoutLinkGoesOn() async throws {
        try await stage.withTasks { tasks in
            let gate = Gate()
            do {
                let task = try tasks.asyncNoLink("a") { await gate.passage() }
                let owner = Task { try await task.value }
                owner.cancel()
                await #expect(throws: CancellationError.self) { try await owner.value }
            }
            gate.open()
            await stage.notices.reaches("a returned")
        }
    }

    @Test(arguments: [true, false])
    func aTimeoutEndsALinkedTaskOnly(isLinked: Bool) async throws {
        try await stage.withTasks { tasks in
            let gate = Gate()
            let body: @Sendable () async throws -> Int = {
                await gate.passage()
                try Task.checkCancellation()
                return 1
            }
            let task = try isLinked ? tasks.async("a", body) : tasks.asyncNoLink("a", body)
            let owner = Task { try await task.value(timeout: .seconds(1)) }
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(1))
            await #expect(throws: TaskTimeout(id: "a", timeout: .seconds(1))) { try await owner.value }
            gate.open()
            await stage.notices.reaches(isLinked ? "a was stopped" : "a returned")
        }
    }

    @Test func yieldsNothingUntilTheTaskIsDone() async throws {
        try await stage.withTasks { tasks in
            let gate = Gate()
            let task = try tasks.async("a") { await gate.passage() }
            let early = Task { try await task.yield(timeout: .seconds(1)) == nil }
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(1))
            try await #expect(early.value)
            let late = Task { try await task.yield(timeout: .seconds(1)) != nil }
            try await stage.clock.sleepers(reach: 1)
            gate.open()
            try await #expect(late.value)
        }
    }

    @Test func shutsDown() async throws {
        try await stage.withTasks { tasks in
            let parked = try tasks.asyncNoLink("a") { try await stage.park("a") }
            try await #expect(parked.shutdown() == nil)
            let brutal = try tasks.asyncNoLink("b", shutdown: .brutal) { await stage.gate.passage() }
            try await #expect(brutal.shutdown() == nil)
            await #expect(throws: CancellationError.self) { try await brutal.value }
            let lucky = try tasks.asyncNoLink("c") {
                try? await stage.park("c")
                return 1
            }
            try await #expect(lucky.shutdown()?.get() == 1)
        }
    }

    @Test func whoAwaitsAStuckTaskLearnsOfIt() async throws {
        let stuck = SupervisionError.stuck(children: ["a"], cause: nil)
        try await stage.withTasks(failingWith: stuck) { tasks in
            let task = try tasks.asyncNoLink("a") { await stage.gate.passage() }
            let owner = Task { try await task.value }
            task.cancel()
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(5))
            await #expect(throws: stuck) { try await owner.value }
        }
    }

    @Test func refusesMoreThanTheLimit() async throws {
        try await stage.withTasks(maxChildren: 1) { tasks in
            let task = try tasks.async { try await stage.park("a") }
            #expect(throws: SupervisionError.maxChildren(1)) { try tasks.startChild {} }
            try await task.shutdown()
            try tasks.startChild {}
        }
    }
}
