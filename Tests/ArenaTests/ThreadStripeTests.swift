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
}
