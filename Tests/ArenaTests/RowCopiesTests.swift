import Synchronization
import TestKit
import Testing
import Threads

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct RowCopiesTests {
    private let arena: Arena
    private let table: Table

    init() throws {
        arena = try Arena()
        table = Table(arena: arena, cellCount: 4, copied: 3) { $0() }
    }

    @Test func addsUpTheRowAndItsCopies() throws {
        let row = try #require(try table.insert("a"))
        table.cells(of: row).add(5 as UInt64, at: 0)
        _ = table.cells(of: row).add(0.5, at: 1, of: row)
        table.makeCopies(of: row)
        #expect(row.copies.bits != 0)
        table.cells(of: row).add(7 as UInt64, at: 0)
        table.threadCells(of: row).mine.add(30 as UInt64, at: 0)
        _ = table.cells(of: row).add(0.25, at: 1, of: row)
        let hasCopy = Int(ThreadNumber.current) < table.copyCount
        #expect(row.cell(0).bits == (hasCopy ? 5 : 42))
        #expect(table.total(row, 0) == 42)
        #expect(table.doubleTotal(row, 1) == 0.75)
    }

    @Test func keepsTheCopiesThatItHas() throws {
        let row = try #require(try table.insert("a"))
        table.makeCopies(of: row)
        let copies = row.copies.bits
        let used = arena.used
        table.makeCopies(of: row)
        #expect(row.copies.bits == copies)
        #expect(arena.used == used)
    }

    @Test func clearsACellWithItsCopiesAndNoOther() throws {
        let row = try #require(try table.insert("a"))
        for _ in 0..<2 {
            for index in 0..<3 { table.cells(of: row).add(9 as UInt64, at: index) }
            table.makeCopies(of: row)
        }
        row.cell(3).bits = 4
        table.clear(row, counts: 1..<2)
        #expect((0..<3).map { table.total(row, $0) } == [18, 0, 18])
        #expect(row.cell(3).bits == 4)
        table.clear(row, counts: 0..<4)
        #expect((0..<3).map { table.total(row, $0) } == [0, 0, 0])
        #expect(row.cell(3).bits == 0)
    }

    @Test func hasNoCopiesWhereNoCellMayHaveThem() throws {
        let table = Table(arena: arena, cellCount: 1) { $0() }
        let row = try #require(try table.insert("a"))
        table.makeCopies(of: row)
        #expect(row.copies.bits == 0)
        table.threadCells(of: row).mine.add(1 as UInt64, at: 0)
        #expect(table.total(row, 0) == 1)
    }

    @Test func countsExactlyWhileCopiesComeIntoBeing() throws {
        let row = try #require(try table.insert("a"))
        let done = Counter()
        var totals: [UInt64] = []
        onThreads(8) { thread in
            for number in 0..<20_000 {
                if number == 1000 * (thread + 1) { table.makeCopies(of: row) }
                table.cells(of: row).add(1 as UInt64, at: 0)
                _ = table.cells(of: row).add(0.5, at: 1, of: row)
            }
            done.add()
        } meanwhile: {
            while done.value < 8 { totals.append(table.total(row, 0)) }
        }
        #expect(table.total(row, 0) == 160_000)
        #expect(table.doubleTotal(row, 1) == 80_000)
        #expect(totals == totals.sorted())
    }

    /// 16 MiB of copies are enough for so many rows of this size; the next ones go without, and count as well.
    @Test func limitsTheMemoryOfAllCopies() throws {
        let cellCount = 2000
        let table = Table(arena: arena, cellCount: cellCount, copied: cellCount) { $0() }
        let size = arena.copyCount * ((cellCount * 8 + 127) & ~127)
        let most = (16 << 20) / size
        var rows: [Row] = []
        for number in 0..<most + 3 {
            let row = try #require(try table.insert("\(number)"))
            table.makeCopies(of: row)
            table.cells(of: row).add(UInt64(number), at: 7)
            rows.append(row)
        }
        #expect(rows.prefix(most).allSatisfy { $0.copies.bits != 0 })
        #expect(rows.dropFirst(most).allSatisfy { $0.copies.bits == 0 })
        #expect(rows.map { table.total($0, 7) } == (0..<most + 3).map(UInt64.init))
        // What one gives back, another one takes.
        table.remove("0")
        table.makeCopies(of: rows[most])
        table.makeCopies(of: rows[most + 1])
        #expect(rows[most].copies.bits != 0)
        #expect(rows[most + 1].copies.bits == 0)
        #expect(table.total(rows[most], 7) == UInt64(most))
    }
}
