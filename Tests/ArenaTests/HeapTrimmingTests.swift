import Testing

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct HeapTrimmingTests {
    private let start = ContinuousClock.now

    @Test func isDueOnceMuchLessIsInUse() {
        var heap = HeapTrimming()
        #expect(heap.isDue(used: 10 << 20, at: start) == false)
        #expect(heap.isDue(used: (6 << 20) + 1, at: start) == false)
        #expect(heap.isDue(used: 6 << 20, at: start) == true)
        #expect(heap.isDue(used: 6 << 20, at: start + .seconds(60)) == false)
        #expect(heap.isDue(used: 3 << 20, at: start + .seconds(60)) == false)
        #expect(heap.isDue(used: 2 << 20, at: start + .seconds(60)) == true)
    }

    @Test func isNotDueForASmallPartOfMuch() {
        var heap = HeapTrimming()
        #expect(heap.isDue(used: 800 << 20, at: start) == false)
        #expect(heap.isDue(used: 701 << 20, at: start) == false)
        #expect(heap.isDue(used: 700 << 20, at: start) == true)
    }

    @Test func waitsAWhileAfterATrim() {
        var heap = HeapTrimming()
        #expect(heap.isDue(used: 100 << 20, at: start) == false)
        #expect(heap.isDue(used: 50 << 20, at: start) == true)
        #expect(heap.isDue(used: 0, at: start + .seconds(9)) == false)
        #expect(heap.isDue(used: 0, at: start + .seconds(10)) == true)
    }
}
