import Glibc
import Synchronization
import TestKit
import Testing

@testable import Arena

struct ThreadStripeTests {
    @Test func isANumberBelow64ThatAThreadKeeps() {
        let wrong = Counter()
        onThreads(8) { _ in
            let first = ThreadStripe.current
            if !(0..<64 ~= first) { wrong.add() }
            for _ in 0..<1000 {
                sched_yield()
                if ThreadStripe.current != first { wrong.add() }
            }
        }
        #expect(wrong.value == 0)
    }

    /// Threads of other tests lie in between, so that this is not so in every round.
    @Test func differsAmongThreads() {
        let spread = (0..<15).map { _ in stripesOfEightThreads() }.sorted()
        #expect(spread[7] >= 5)
    }

    /// How many of eight stripes are used by eight threads that live at the same time.
    private func stripesOfEightThreads() -> Int {
        let here = Counter()
        let used = Atomic<UInt64>(0)
        onThreads(8) { _ in
            used.bitwiseOr(1 << UInt64(ThreadStripe.current % 8), ordering: .relaxed)
            here.add()
            while here.value < 8 { sched_yield() }
        }
        return used.load(ordering: .relaxed).nonzeroBitCount
    }
}
