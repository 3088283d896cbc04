import Synchronization
import Testing

@testable import Serving

@Suite(.timeLimit(.minutes(5)))
struct HeartbeatCheckTests {
    /// Answers each ping at once, as long as it lives.
    final class Loop: Heartbeat {
        private let count = Atomic<UInt64>(0)
        let lives = Atomic<Bool>(true)
        var answers: UInt64 { count.load(ordering: .relaxed) }
        func ping() {
            if lives.load(ordering: .relaxed) { count.wrappingAdd(1, ordering: .relaxed) }
        }
    }

    @Test func oneSilentLoopIsEnoughToStarveTheWatchdog() {
        let loops = [Loop(), Loop()]
        var check = HeartbeatCheck(loops)
        let whileAlive = [check.allAnswered(), check.allAnswered()]
        loops[1].lives.store(false, ordering: .relaxed)
        let afterDeath = [check.allAnswered(), check.allAnswered()]
        loops[1].lives.store(true, ordering: .relaxed)
        let afterReturn = [check.allAnswered(), check.allAnswered()]
        // Each check judges the answers to the one before.
        #expect(whileAlive == [true, true])
        #expect(afterDeath == [true, false])
        #expect(afterReturn == [false, true])
    }

    @Test func noLoopsAreAlive() {
        var check = HeartbeatCheck([])
        let answers = [check.allAnswered(), check.allAnswered()]
        #expect(answers == [true, true])
    }
}
