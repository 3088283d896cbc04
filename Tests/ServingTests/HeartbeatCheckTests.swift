import Linux
import Testing

@testable import Serving

@Suite(.timeLimit(.minutes(5)))
struct HeartbeatCheckTests {
    @Test func oneSilentLoopIsEnoughToStarveTheWatchdog() throws {
        let loops = [try BlockingLoop(), try BlockingLoop()]
        var check = HeartbeatCheck(loops)
        /// Whether all had answered since the last check; those that live answer to this one.
        func allAnswered(living: [BlockingLoop]) -> Bool {
            defer { for loop in living { loop.answer() } }
            return check.allAnswered()
        }
        let whileAlive = [allAnswered(living: loops), allAnswered(living: [loops[0]])]
        let afterDeath = [allAnswered(living: [loops[0]]), allAnswered(living: loops)]
        #expect(whileAlive == [true, true])
        #expect(afterDeath == [false, false])
        #expect(allAnswered(living: []))
    }

    @Test func asksEachLoopAgain() throws {
        let loop = try BlockingLoop()
        var check = HeartbeatCheck([loop])
        _ = check.allAnswered()
        #expect(loop.wakeUp.drain() == 1)
        _ = check.allAnswered()
        #expect(loop.wakeUp.drain() == 1)
    }

    @Test func noLoopsAreAlive() {
        var check = HeartbeatCheck([])
        let answers = [check.allAnswered(), check.allAnswered()]
        #expect(answers == [true, true])
    }
}
