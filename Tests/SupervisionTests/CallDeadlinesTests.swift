import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct CallDeadlinesTests {
    private func call(_ seconds: Int) -> CallDeadlines.Call {
        let timeout = Duration.seconds(seconds)
        return CallDeadlines.Call(
            reply: Reply<Int>(), deadline: timeout, error: .timedOut(worker: "w", after: timeout))
    }

    private func fire(_ deadlines: inout CallDeadlines, at seconds: Int) -> (late: [String], next: Duration?)
    {
        let (late, next) = deadlines.fire(.seconds(seconds))
        return (late.map { "\($0.deadline)" }.sorted(), next)
    }

    @Test func anEarlierDeadlineNeedsATimerOfItsOwn() {
        var deadlines = CallDeadlines()
        #expect(deadlines.add(call(3)).needsTimer)
        #expect(!deadlines.add(call(3)).needsTimer)
        #expect(!deadlines.add(call(4)).needsTimer)
        #expect(deadlines.add(call(2)).needsTimer)
    }

    @Test func whatIsLateComesOutOnceAndTheRestSetsTheTimer() {
        var deadlines = CallDeadlines()
        for seconds in [3, 1, 2, 2] { _ = deadlines.add(call(seconds)) }
        #expect(fire(&deadlines, at: 1) == (["1.0 seconds"], .seconds(2)))
        #expect(fire(&deadlines, at: 2) == (["2.0 seconds", "2.0 seconds"], nil))
        #expect(fire(&deadlines, at: 3) == (["3.0 seconds"], nil))
        #expect(deadlines.add(call(5)).needsTimer)
    }

    @Test func aTimerThatIsSetServesLaterDeadlines() {
        var deadlines = CallDeadlines()
        for seconds in [3, 1, 5] { _ = deadlines.add(call(seconds)) }
        #expect(fire(&deadlines, at: 1) == (["1.0 seconds"], nil))
        #expect(!deadlines.add(call(4)).needsTimer)
        #expect(fire(&deadlines, at: 3) == (["3.0 seconds"], .seconds(4)))
    }

    @Test func noTimersPileUp() {
        var deadlines = CallDeadlines()
        var timers = 0
        for second in 1...100 {
            let patient = deadlines.add(call(3600 + second))
            deadlines.remove(patient.number)
            timers += patient.needsTimer ? 1 : 0
            #expect(deadlines.add(call(second)).needsTimer)
            #expect(fire(&deadlines, at: second) == (["\(second).0 seconds"], nil))
        }
        #expect(timers == 1)
    }

    @Test func aTimerThatComesBeforeAnEarlierOneTellsOfBoth() {
        var deadlines = CallDeadlines()
        for seconds in [3, 1, 5] { _ = deadlines.add(call(seconds)) }
        #expect(fire(&deadlines, at: 3) == (["1.0 seconds", "3.0 seconds"], nil))
        #expect(fire(&deadlines, at: 1) == ([], .seconds(5)))
    }

    @Test func anAnsweredCallIsNeverLate() {
        var deadlines = CallDeadlines()
        let number = deadlines.add(call(1)).number
        _ = deadlines.add(call(2))
        deadlines.remove(number)
        #expect(fire(&deadlines, at: 1) == ([], .seconds(2)))
    }
}
