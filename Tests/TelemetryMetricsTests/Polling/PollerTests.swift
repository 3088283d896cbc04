import TestKit
import Synchronization
import Telemetry
import TelemetryTesting
import Testing

@testable import TelemetryMetrics

private struct Broken: Error {}

@Suite(.timeLimit(.minutes(5)))
struct PollerTests {
    private let clock = ManualClock()
    private let journal: PollJournal

    init() throws {
        journal = try PollJournal()
    }

    @Test func measuresAtTheStartAndAtEveryTick() async throws {
        let poller = try Poller(clock: clock) {
            Poll(journal.poll, every: .seconds(5), timeout: .seconds(2)) {}
        }
        try await whileRunning(poller) {
            for tick in 1...3 { try await clock.reach(.seconds(5 * tick)) }
            #expect(
                await journal.lines(4)
                    == Array(repeating: "0.0 seconds after 0.0 seconds, missed 0", count: 4))
        }
    }

    @Test func beginsAtTheOffset() async throws {
        let poller = try Poller(clock: clock) {
            Poll(journal.poll, every: .seconds(5), offset: .seconds(2)) {}
        }
        try await whileRunning(poller) {
            try await clock.sleeper(until: .after(.seconds(2)))
            #expect(journal.lines.isEmpty)
            clock.move(to: .seconds(3))
            #expect(await journal.lines(1) == ["0.0 seconds after 1.0 seconds, missed 0"])
            try await clock.sleeper(until: .after(.seconds(7)))
        }
    }

    @Test func skipsTheTicksOfASlowMeasurement() async throws {
        let gate = Gate()
        let poller = try Poller(clock: clock) {
            Poll(journal.poll, every: .seconds(10), timeout: .seconds(60)) { await gate.passage() }
        }
        try await whileRunning(poller) {
            try await clock.sleeper(until: .after(.seconds(60)))
            clock.move(to: .seconds(25))
            gate.open()
            #expect(await journal.lines(1) == ["25.0 seconds after 0.0 seconds, missed 2"])
            try await clock.reach(.seconds(30))
            #expect(await journal.lines(2).last == "0.0 seconds after 0.0 seconds, missed 0")
        }
    }

    @Test func triesAgainAfterLongerAndLongerWaits() async throws {
        let isBroken = Atomic(true)
        let poller = try Poller(clock: clock) {
            Poll(
                journal.poll, every: .seconds(10),
                backoff: PollBackoff(initial: .seconds(1), maximum: .seconds(3))
            ) {
                if isBroken.load(ordering: .relaxed) { throw Broken() }
            }
        }
        try await whileRunning(poller) {
            for time in [1, 3, 6] { try await clock.reach(.seconds(time)) }
            _ = await journal.lines(4)
            isBroken.store(false, ordering: .relaxed)
            try await clock.reach(.seconds(9))
            #expect(
                await journal.lines(5) == [
                    "error Broken(), failure 1, next in 1.0 seconds",
                    "error Broken(), failure 2, next in 2.0 seconds",
                    "error Broken(), failure 3, next in 3.0 seconds",
                    "error Broken(), failure 4, next in 3.0 seconds",
                    "0.0 seconds after 0.0 seconds, missed 0",
                ])
            try await clock.sleeper(until: .after(.seconds(10)))
        }
    }

    @Test func cancelsWhatTakesTooLong() async throws {
        let ends = try PollJournal()
        let poller = try Poller(clock: clock) {
            Poll(journal.poll, every: .seconds(10), timeout: .seconds(2)) { [clock] in
                defer { ends.note("ended") }
                try await clock.sleep(for: .seconds(1000))
            }
        }
        try await whileRunning(poller) {
            try await clock.sleeper(until: .after(.seconds(1000)))
            try await clock.reach(.seconds(2))
            #expect(await journal.lines(1) == ["timeout, failure 1, next in 1.0 seconds"])
            #expect(await ends.lines(1) == ["ended"])
            try await clock.reach(.seconds(3))
            try await clock.reach(.seconds(5))
            #expect(await journal.lines(2).last == "timeout, failure 2, next in 2.0 seconds")
        }
    }

    @Test func reportsAsHungWhatIgnoresCancellationAndHarmsNoOther() async throws {
        let gate = Gate()
        let starts = Atomic(0)
        let other = try PollJournal()
        let poller = try Poller(clock: clock) {
            Poll(journal.poll, every: .seconds(10), timeout: .seconds(2)) {
                starts.wrappingAdd(1, ordering: .relaxed)
                await gate.passage()
            }
            Poll(other.poll, every: .seconds(10), timeout: .seconds(1)) {}
        }
        try await whileRunning(poller) {
            for time in [2, 3, 5] { try await clock.reach(.seconds(time)) }
            #expect(
                await journal.lines(3) == [
                    "timeout, failure 1, next in 1.0 seconds", "hung, failure 2, next in 2.0 seconds",
                    "hung, failure 3, next in 4.0 seconds",
                ])
            #expect(starts.load(ordering: .relaxed) == 1)
            try await clock.sleeper(until: .after(.seconds(9)))
            gate.open()
            try await clock.reach(.seconds(10))
            #expect(await other.lines(2).count == 2)
        }
    }

    @Test func goesOnWithWhatHungAndEnded() async throws {
        let gate = Gate()
        let ends = try PollJournal()
        let poller = try Poller(clock: clock) {
            Poll(journal.poll, every: .seconds(10), timeout: .seconds(2)) {
                await gate.passage()
                ends.note("ended")
            }
        }
        try await whileRunning(poller) {
            try await clock.reach(.seconds(2))
            try await clock.sleeper(until: .after(.seconds(3)))
            gate.open()
            _ = await ends.lines(1)
            // Which follows at once, and which nothing tells of.
            await yield { !poller.runners.contains(where: \.isRunning) }
            clock.move(to: .seconds(3))
            #expect(await journal.lines(2).last == "0.0 seconds after 0.0 seconds, missed 0")
        }
    }

    @Test func cancelsAndAwaitsItsMeasurements() async throws {
        let ends = try PollJournal()
        let poller = try Poller(clock: clock) {
            Poll(journal.poll, every: .seconds(10)) { [clock] in
                defer { ends.note("ended") }
                try await clock.sleep(for: .seconds(1000))
            }
        }
        try await whileRunning(poller) { try await clock.sleeper(until: .after(.seconds(1000))) }
        #expect(ends.lines == ["ended"])
        #expect(journal.lines.isEmpty)
    }

    @Test func abandonsWhatDoesNotEnd() async throws {
        let gate = Gate()
        let poller = try Poller(clock: clock) {
            Poll(journal.poll, every: .seconds(10)) { await gate.passage() }
        }
        await #expect(throws: PollerError.hung([journal.poll])) {
            try await whileRunning(poller) {
                try await clock.sleeper(until: .after(.seconds(10)))
            } ending: {
                clock.move(to: .seconds(10))
            }
        }
        gate.open()
    }

    @Test func runsOnceAtATimeAndAgainAfterItsEnd() async throws {
        let poller = try Poller(clock: clock) { Poll(journal.poll, every: .seconds(10)) {} }
        try await whileRunning(poller) {
            _ = await journal.lines(1)
            await #expect(throws: PollerError.alreadyRunning) { try await poller.run() }
        }
        try await whileRunning(poller) { #expect(await journal.lines(2).count == 2) }
    }

    @Test func withoutPollsItEndsByBeingCancelled() async throws {
        let poller = try Poller(clock: clock) {}
        try await whileRunning(poller) { try await clock.reach(.seconds(86_400)) }
    }
}

/// Runs the poller until `body` is done, and then waits for its end, meanwhile doing `ending`.
private func whileRunning(
    _ poller: Poller, _ body: () async throws -> Void, ending: () -> Void = {}
) async throws {
    let running = Task { try await poller.run() }
    do {
        try await body()
    } catch {
        running.cancel()
        throw error
    }
    running.cancel()
    ending()
    try await running.value
}
