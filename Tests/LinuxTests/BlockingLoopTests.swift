import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct BlockingLoopTests {
    @Test func answersEveryPingThatItSawAndEndsWhenStopped() async throws {
        let loop = try BlockingLoop()
        let answered = try WakeUp()
        async let running: Void = loop.run(name: "loop") {
            while true {
                loop.wakeUp.waitReadable()
                let isStopping = loop.answer()
                answered.signal()
                if isStopping { return }
            }
        }
        loop.ping()
        try await DedicatedThread.run(name: "observer", stop: answered) { answered.wait() }
        let afterPing = loop.answers
        loop.stop()
        try await running
        #expect(afterPing >= 1)
        #expect(loop.answers > afterPing)
    }

    @Test func cancellationBeforeTheStartEndsItToo() async throws {
        let loop = try BlockingLoop()
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            try await loop.run(name: "loop") {
                while !loop.answer() { loop.wakeUp.waitReadable() }
            }
        }
        try await task.value
        #expect(loop.answers >= 1)
    }

    @Test func runsAgainAfterAStop() async throws {
        let loop = try BlockingLoop()
        loop.stop()
        let stopped = loop.answer()
        try await loop.run(name: "loop") {}
        #expect(stopped)
        #expect(loop.answer() == false)
    }
}

extension WakeUp {
    fileprivate func waitReadable() {
        _ = try? PollResult.wait(for: descriptor, or: self)
    }
}
