import Glibc
import Synchronization
import TestKit
import Testing
import Threads

@Suite(.timeLimit(.minutes(5)))
struct ThreadNumberTests {
    @Test func isKeptByItsThread() {
        let wrong = Atomic(0)
        onThreads(8) { _ in
            let first = ThreadNumber.current
            for _ in 0..<1000 {
                sched_yield()
                if ThreadNumber.current != first { wrong.wrappingAdd(1, ordering: .relaxed) }
            }
        }
        #expect(wrong.load(ordering: .relaxed) == 0)
    }

    @Test(.disabled(if: isPortable)) func belongsToOneLivingThread() {
        let numbers = numbers(ofThreads: 16)
        #expect(Set(numbers).count == 16)
        #expect(numbers.allSatisfy { $0 < ThreadNumber.count })
    }

    /// More threads than numbers, one after the other: each finds one that another gave back.
    @Test(.disabled(if: isPortable)) func isGivenBackAtTheEndOfItsThread() {
        let all = (0..<ThreadNumber.count + 50).flatMap { _ in numbers(ofThreads: 1) }
        #expect(all.allSatisfy { $0 < ThreadNumber.count })
    }

    /// In a process of its own, as threads that find none do without for good.
    @Test func isMissingOfThreadsThatFindNone() async {
        await #expect(processExitsWith: .success) {
            let numbers = ThreadNumberTests().numbers(ofThreads: ThreadNumber.count + 20)
            let real = numbers.filter { $0 < ThreadNumber.count }
            precondition(Set(real).count == real.count)
            precondition(numbers.count - real.count >= 20)
        }
    }

    @Test func hasATurnOncePerPeriod() {
        let turns = Mutex<[Int]>([])
        onThreads(1) { _ in
            let mine = (0..<100).filter { _ in ThreadNumber.isTurn(every: 10) }
            turns.withLock { $0 = mine }
        }
        #expect(turns.withLock { $0 } == Array(stride(from: 0, to: 100, by: 10)))
    }

    /// The numbers of threads that live at the same time.
    func numbers(ofThreads count: Int) -> [Int] {
        let here = Atomic(0)
        let numbers = Mutex<[Int]>([])
        onThreads(count) { _ in
            let number = Int(ThreadNumber.current)
            numbers.withLock { $0.append(number) }
            here.wrappingAdd(1, ordering: .relaxed)
            spin { here.load(ordering: .relaxed) == count }
        }
        return numbers.withLock { $0 }
    }
}
