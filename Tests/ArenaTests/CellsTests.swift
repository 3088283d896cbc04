import Glibc
import Synchronization
import TestKit
import Testing
import Threads

@testable import Arena

struct CellsTests {
    private let table: Table
    private let row: Row

    init() throws {
        table = Table(arena: try Arena(), cellCount: 3, striped: 3) { $0() }
        row = try #require(try table.insert("a"))
    }

    @Test func areTheRowsOwnWhereItHasNoStripes() {
        table.cells(of: row).add(3 as UInt64, at: 0)
        table.stripedCells(of: row).mine.add(4 as UInt64, at: 0)
        #expect(row.cell(0).bits == 7)
    }

    @Test func areACopyOfTheThreadsOwn() {
        table.stripe(row)
        // Threads of other tests may have the low numbers.
        let without = Counter()
        onThreads(4) { _ in
            if Int(ThreadNumber.current) >= table.stripeCount { without.add() }
            for _ in 0..<1000 {
                table.cells(of: row).add(1 as UInt64, at: 0)
                table.stripedCells(of: row).mine.add(0.5, at: 1)
            }
        }
        #expect(table.total(row, 0) == 4000)
        #expect(table.doubleTotal(row, 1) == 2000)
        #expect(row.cell(0).bits == UInt64(without.value) * 1000)
        #expect(row.cell(1).double == Double(without.value) * 500)
    }

    @Test func tellWhatTheyHeldBefore() {
        table.stripe(row)
        let cells = table.cells(of: row)
        #expect(cells.exchangeAdd(5, at: 2) == 0)
        #expect(cells.exchangeAdd(2, at: 2) == 5)
        #expect(table.total(row, 2) == 7)
    }

    @Test func countExactlyForMoreThreadsThanThereAreCopies() {
        table.stripe(row)
        let threads = 4 * table.stripeCount
        let here = Counter()
        onThreads(threads) { _ in
            here.add()
            while here.value < threads { sched_yield() }
            for _ in 0..<20_000 {
                table.cells(of: row).add(1 as UInt64, at: 0)
                table.cells(of: row).add(0.25, at: 1)
            }
        }
        #expect(table.total(row, 0) == UInt64(threads) * 20_000)
        #expect(table.doubleTotal(row, 1) == Double(threads) * 5000)
    }

    /// Each thread is done before the next one begins, and takes over the copy that the one before wrote.
    @Test func areHandedOnWithTheNumber() {
        table.stripe(row)
        for _ in 0..<200 {
            onThreads(1) { _ in table.cells(of: row).add(1 as UInt64, at: 0) }
        }
        #expect(table.total(row, 0) == 200)
    }

    /// What is added while cells are cleared counts before or after, as a whole: never in part, and nothing comes back.
    @Test func areClearedWhileOthersAdd() {
        table.stripe(row)
        let done = Counter()
        let cleared = Atomic<UInt64>(0)
        onThreads(3) { _ in
            for _ in 0..<50_000 {
                table.cells(of: row).add(7 as UInt64, at: 0)
                table.cells(of: row).add(0.5, at: 1)
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

    @Test func areClearedOfASumThatOverflowed() {
        table.stripe(row)
        for _ in 0..<2 { table.cells(of: row).add(Double.greatestFiniteMagnitude, at: 1) }
        #expect(table.doubleTotal(row, 1) == .infinity)
        table.clear(row, sum: 1)
        table.cells(of: row).add(2.5, at: 1)
        #expect(table.doubleTotal(row, 1) == 2.5)
    }
}
