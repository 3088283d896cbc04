import TelemetryTesting
import TestKit
import Testing

@testable import Supervision

/// Durations that no clock can add to its time.
@Suite(.timeLimit(.minutes(5)))
struct LongDurationTests {
    private let longest = Duration(attoseconds: .max)
    private let gate = Gate()

    @Test(arguments: [
        (Duration(attoseconds: .max), Duration.longestSleep), (.seconds(Int64.max), .longestSleep),
        (.longestSleep, .longestSleep), (.seconds(1), .seconds(1)), (.zero, .zero), (.seconds(-1), .zero),
        (Duration(attoseconds: .min), .zero),
    ])
    func isWithinWhatAClockCanSleepFor(asked: Duration, slept: Duration) {
        #expect(asked.sleepable == slept)
    }

    @Test func aClockSleepsForAnyDuration() async throws {
        let clock = ManualClock()
        try await clock.sleep(upTo: Duration(attoseconds: .min))
        let sleep = Task { [longest] in try await clock.sleep(upTo: longest) }
        try await clock.sleeper(until: clock.now.advanced(by: .longestSleep))
        clock.advance(by: .longestSleep)
        try await sleep.value
    }

    @Test func aSupervisorWaitsForAChild() async throws {
        let stage = Stage()
        let top = try stage.supervisor(
            stage.puppets.stubborn("a", shutdown: .timeout(longest), gate: gate))
        let error = try await stage.run(top) { run in
            run.cancel()
            try await stage.clock.sleepers(reach: 1)
            gate.open()
        }
        #expect(error == nil)
    }

    @Test func aSupervisorWaitsForARestart() async throws {
        let stage = Stage()
        let backoff = Backoff(initial: longest, cap: longest)
        let top = try stage.supervisor(stage.puppets.spec("a", backoff: backoff))
        let error = try await stage.runUntilDone(top) {
            stage.puppets.tell("a", .fail)
            try await stage.clock.sleepers(reach: 1)
        }
        #expect(error == nil)
    }

    @Test(arguments: [true, false])
    func aDynamicSupervisorWaitsForAChild(isAlone: Bool) async throws {
        let stage = DynamicStage()
        let crowd = try stage.supervisor()
        let error = try await stage.run(crowd) { run in
            let child = try await crowd.startChild(
                stage.puppets.stubborn("a", shutdown: .timeout(longest), gate: gate))
            let termination = Task { if isAlone { try await crowd.terminateChild(child) } }
            if !isAlone { run.cancel() }
            try await stage.clock.sleepers(reach: 1)
            gate.open()
            try await termination.value
            run.cancel()
        }
        #expect(error == nil)
    }

    @Test func aDynamicSupervisorWaitsForARestart() async throws {
        let stage = DynamicStage()
        let crowd = try stage.supervisor()
        try await stage.runUntilDone(crowd) {
            let backoff = Backoff(initial: longest, cap: longest)
            try await crowd.startChild(stage.puppets.spec("a", backoff: backoff))
            stage.puppets.tell("a", .fail)
            try await stage.clock.sleepers(reach: 1)
        }
        #expect(stage.notices.lines.contains("a failed: broken"))
    }

    @Test func aTaskIsAwaited() async throws {
        let stage = TaskStage()
        try await stage.withTasks { tasks in
            let task = try tasks.async { await gate.passage() }
            let value = Task { [longest] in try await task.value(timeout: longest) }
            try await stage.clock.sleepers(reach: 1)
            gate.open()
            try await value.value
        }
    }

    @Test func aStreamWaitsForItsTasks() async throws {
        let stage = TaskStage()
        try await stage.withTasks { tasks in
            let stream = tasks.stream(over: 0..<1, maxConcurrency: 1, timeout: longest) { [gate] number in
                await gate.passage()
                return number
            }
            let results = Task { try await stream.reduce(into: []) { $0.append(try $1.get()) } }
            try await stage.clock.sleepers(reach: 1)
            gate.open()
            try await #expect(results.value == [0])
        }
    }
}
