import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct WakeUpTests {
    @Test func drainAnswersHowOftenItWasSignalled() throws {
        let wakeUp = try WakeUp()
        #expect(wakeUp.drain() == 0)
        wakeUp.signal()
        wakeUp.signal()
        #expect(wakeUp.drain() == 2)
        #expect(wakeUp.drain() == 0)
    }

    @Test func waitReturnsForASignalThatCameBefore() throws {
        let wakeUp = try WakeUp()
        wakeUp.signal()
        wakeUp.wait()
        #expect(wakeUp.drain() == 0)
    }

    @Test func waitTellsADeadlineFromASignal() throws {
        let wakeUp = try WakeUp()
        #expect(!wakeUp.wait(until: .now))
        wakeUp.signal()
        #expect(wakeUp.wait(until: .now + .seconds(60)))
        #expect(wakeUp.drain() == 0)
    }

    @Test func readinessTellsWhichOfTheTwoIsReady() throws {
        let data = try WakeUp()
        let stop = try WakeUp()
        let idle = try PollResult.wait(for: data.descriptor, or: stop, timeout: .zero)
        data.signal()
        let readable = try PollResult.wait(for: data.descriptor, or: stop)
        stop.signal()
        let both = try PollResult.wait(for: data.descriptor, or: stop)
        #expect(idle == PollResult(readable: false, signalled: false))
        #expect(readable == PollResult(readable: true, signalled: false))
        #expect(both == PollResult(readable: true, signalled: true))
    }

    @Test(
        arguments: [
            (Duration.zero, 0), (.nanoseconds(1), 1), (.milliseconds(5), 5), (.microseconds(5001), 6),
            (.seconds(-1), 0), (.seconds(Int64.max), 2_000_000_000),
        ] as [(Duration, Int32)])
    func timeoutsAreRoundedUpAndClamped(duration: Duration, milliseconds: Int32) {
        #expect(duration.wholeMilliseconds == milliseconds)
    }
}
