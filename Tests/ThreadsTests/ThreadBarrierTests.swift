import Glibc
import Synchronization
import TestKit
import Testing
import Threads

@Suite(.disabled(if: isPortable), .timeLimit(.minutes(5)))
struct ThreadBarrierTests {
    /// Were both loads before both stores, no barrier was between them.
    ///
    /// Most rounds lie apart in time, so there are many.
    @Test func isPassedByAllThreads() throws {
        try #require(ThreadBarrier.isAvailable)
        let rounds = 5_000
        let often = RoundSide()
        let seldom = RoundSide()
        let missed = Atomic(0)
        onThreads(1) { _ in
            var slow = SlowStores()
            for round in 1...rounds {
                often.begin(round, with: seldom)
                slow.next()
                often.place.store(round, ordering: .relaxed)
                ThreadBarrier.order()
                often.end(round, seeing: seldom.place.load(ordering: .relaxed), with: seldom)
            }
        } meanwhile: {
            var slow = SlowStores()
            for round in 1...rounds {
                seldom.begin(round, with: often)
                slow.next()
                seldom.place.store(round, ordering: .relaxed)
                let isPassed = ThreadBarrier.passAll()
                seldom.end(round, seeing: often.place.load(ordering: .relaxed), with: often)
                let isSeen = max(often.seen, seldom.seen) == round
                if !isPassed || !isSeen { missed.wrappingAdd(1, ordering: .relaxed) }
            }
        }
        #expect(missed.load(ordering: .relaxed) == 0)
    }
}

/// What one of two threads writes that go through the same rounds together.
private final class RoundSide: Sendable {
    let place = Atomic(0)
    private let lastSeen = Atomic(0)
    private let began = Atomic(0)
    private let ended = Atomic(0)

    /// What the thread saw of the other's place.
    var seen: Int { lastSeen.load(ordering: .acquiring) }

    /// Waits until the other begins the round too.
    func begin(_ round: Int, with other: RoundSide) {
        began.store(round, ordering: .releasing)
        wait(for: other.began, round)
    }

    /// Waits until the other ended the round too.
    func end(_ round: Int, seeing seen: Int, with other: RoundSide) {
        lastSeen.store(seen, ordering: .releasing)
        ended.store(round, ordering: .releasing)
        wait(for: other.ended, round)
    }

    private func wait(for rounds: borrowing Atomic<Int>, _ round: Int) {
        // Without a system call at first; then the other thread may need this processor.
        for _ in 0..<1000 where rounds.load(ordering: .acquiring) >= round { return }
        spin { rounds.load(ordering: .acquiring) >= round }
    }
}

/// Stores that wait for memory: one behind them is long on its way to where other threads see it.
private struct SlowStores {
    private var memory = [UInt64](repeating: 0, count: 1 << 22)
    private var place = 0

    mutating func next() {
        for _ in 0..<24 {
            place = (place &+ 100_003 * 8) & (memory.count - 1)
            memory[place] = 1
        }
    }
}
