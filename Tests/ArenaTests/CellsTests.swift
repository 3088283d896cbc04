import Synchronization
import TestKit
import Testing
import Threads

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct CellsTests {
    private let table: Table
    private let row: Row

    init() throws {
        table = Table(arena: try Arena(), cellCount: 3, copied: 3) { $0() }
        row = try #require(try table.insert("a"))
    }

    @Test func areTheRowsOwnWhereItHasNoCopies() {
        table.cells(of: row).add(3 as UInt64, at: 0)
        table.threadCells(of: row).mine.add(4 as UInt64, at: 0)
        #expect(row.cell(0).bits == 7)
    }

    @Test func areACopyOfTheThreadsOwn() {
        table.makeCopies(of: row)
        // Threads of other tests may have the low numbers.
        let without = Counter()
        onThreads(4) { _ in
            if Int(ThreadNumber.current) >= table.copyCount { without.add() }
            for _ in 0..<1000 {
                table.cells(of: row).add(1 as UInt64, at: 0)
                _ = table.threadCells(of: row).mine.add(0.5, at: 1, of: row)
            }
        }
        #expect(table.total(row, 0) == 4000)
        #expect(table.doubleTotal(row, 1) == 2000)
        #expect(row.cell(0).bits == UInt64(without.value) * 1000)
        #expect(row.cell(1).double == Double(without.value) * 500)
    }

    @Test func tellWhatTheyHeldBefore() {
        table.makeCopies(of: row)
        let cells = table.cells(of: row)
        #expect(cells.exchangeAdd(5, at: 2) == 0)
        #expect(cells.exchangeAdd(2, at: 2) == 5)
        #expect(table.total(row, 2) == 7)
    }

    @Test func countExactlyForMoreThreadsThanThereAreCopies() {
        table.makeCopies(of: row)
        let threads = 4 * table.copyCount
        let here = Counter()
        onThreads(threads) { _ in
            here.add()
            spin { here.value == threads }
            for _ in 0..<20_000 {
                table.cells(of: row).add(1 as UInt64, at: 0)
                _ = table.cells(of: row).add(0.25, at: 1, of: row)
            }
        }
        #expect(table.total(row, 0) == UInt64(threads) * 20_000)
        #expect(table.doubleTotal(row, 1) == Double(threads) * 5000)
    }

    /// Each thread is done before the next one begins, and takes over the copy that the one before wrote.
    @Test func areHandedOnWithTheNumber() {
        table.makeCopies(of: row)
        for _ in 0..<200 {
            onThreads(1) { _ in table.cells(of: row).add(1 as UInt64, at: 0) }
        }
        #expect(table.total(row, 0) == 200)
    }

    /// What is added while cells are cleared counts before or after, as a whole: never in part, and nothing comes back.
    @Test func areClearedWhileOthersAdd() {
        table.makeCopies(of: row)
        let done = Counter()
        let cleared = Atomic<UInt64>(0)
        onThreads(3) { _ in
            for _ in 0..<50_000 {
                table.cells(of: row).add(7 as UInt64, at: 0)
                _ = table.cells(of: row).add(0.5, at: 1, of: row)
            }
            done.add()
        } meanwhile: {
            while done.value < 3 {
                table.clear(row, counts: 0..<1)
                table.clear(row, sum: 1)
                cleared.wrappingAdd(1, ordering: .relaxed)
                if table.total(row, 0) % 7 != 0 { Issue.record("a part of an addition") }
                if table.doubleTotal(row, 1) < 0 { Issue.record("more was cleared than added") }
            }
        }
        table.clear(row, counts: 0..<1)
        table.clear(row, sum: 1)
        #expect(table.total(row, 0) == 0)
        #expect(table.doubleTotal(row, 1) == 0)
        #expect(cleared.load(ordering: .relaxed) > 0)
    }

    @Test(arguments: [false, true])
    func refuseWhatMakesASumInfiniteExactlyAtTheEdge(hasCopies: Bool) {
        if hasCopies { table.makeCopies(of: row) }
        let largest = Double.greatestFiniteMagnitude
        func add(_ value: Double) -> Bool { table.cells(of: row).add(value, at: 1, of: row) }
        // Half of the last place of the largest double rounds up, to infinity; a bit less rounds down.
        let half = 0x1p970
        for (value, isTaken, total) in [
            (largest, true, largest), (half, false, largest),
            (half.nextDown, true, largest),
            (largest, false, largest), (1e300, false, largest), (-largest, true, 0),
            (-largest, true, -largest),
            (-half, false, -largest), (-half.nextDown, true, -largest), (.infinity, false, -largest),
            (.nan, false, -largest),
        ] {
            #expect(add(value) == isTaken, "\(value)")
            #expect(table.doubleTotal(row, 1) == total, "\(value)")
        }
        table.clear(row, sum: 1)
        #expect(table.doubleTotal(row, 1) == 0)
    }

    @Test func takeNoMoreThanFitsFromManyThreads() {
        table.makeCopies(of: row)
        let taken = Counter()
        // Fifteen of them fit; in the copies of threads, two by two, sixteen would.
        onThreadsTogether(8) { _ in
            for _ in 0..<100 where table.cells(of: row).add(0x1p1020, at: 1, of: row) { taken.add() }
        }
        #expect(taken.value == 15)
        #expect(table.doubleTotal(row, 1) == 15 * 0x1p1020)
    }

    @Test func stayBelowTheirBoundInCopiesThatGrow() {
        table.makeCopies(of: row)
        for _ in 0..<5 { _ = table.cells(of: row).add(0x1p949, at: 1, of: row) }
        table.forEachCopy(of: row) { #expect($0.cell(1).double < Cells.copyBound) }
        #expect(table.doubleTotal(row, 1) == 5 * 0x1p949)
    }
}
