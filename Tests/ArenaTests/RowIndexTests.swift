import Synchronization
import Testing

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct RowIndexTests {
    @Test(
        arguments: [
            (0, 8), (1, 8), (2, 16), (3, 32), (5, 32), (6, 64), (1000, 8192), (10_000, 65_536),
            (10_923, 131_072), (16_385, 131_072), (1_000_000, 4_194_304),
        ])
    func hasRoomToGrow(rows: Int, slots: Int) {
        let count = unsafe RowIndex.slotCount(for: rows)
        #expect(count == slots)
        // Else it would be replaced by one of the same size with each row.
        #expect(unsafe !RowIndex.isFull(usedSlots: rows + 1, of: count))
    }

    @Test(arguments: [(2, 8, false), (3, 8, true), (16_384, 65_536, false), (16_385, 65_536, true)])
    func isFullByAQuarterWhileItIsSmall(used: Int, slots: Int, isFull: Bool) {
        #expect(unsafe RowIndex.isFull(usedSlots: used, of: slots) == isFull)
    }

    @Test(arguments: [(65_536, false), (65_537, true)])
    func isFullByHalfWhereItIsLarge(used: Int, isFull: Bool) {
        #expect(unsafe RowIndex.isFull(usedSlots: used, of: 131_072) == isFull)
    }

    @Test func isReplacedSeldomWhileRowsComeAndGo() throws {
        let retirements = Counter()
        let table = Table(arena: try Arena(), cellCount: 1) { free in
            retirements.add()
            free()
        }
        for number in 0..<511 { try table.insert("\(number)") }
        let before = retirements.value
        for number in 0..<10_000 {
            table.remove("\(number)")
            try table.insert("\(number + 511)")
        }
        #expect(table.count == 511)
        #expect(table.find("10510") != nil)
        #expect(table.find("9999") == nil)
        // Each removal retires a row; all others are indexes.
        #expect(retirements.value - before - 10_000 < 40)
    }

    @Test func shrinksWithTheNextSweep() throws {
        let arena = try Arena()
        let table = Table(arena: arena, cellCount: 1) { $0() }
        for number in 0..<100_000 { try table.insert("\(number)") }
        for number in 100..<100_000 { table.remove("\(number)") }
        #expect(arena.used > 512 << 10)
        table.sweep(now: 0, lifetime: 10)
        let slots = unsafe RowIndex(table.index.load(ordering: .acquiring)).mask + 1
        #expect(slots == 1024)
        #expect((0..<100).allSatisfy { table.find("\($0)") != nil })
        #expect(table.find("100") == nil)
    }

    @Test(arguments: [
        (0, 64, false), (0, 128, true), (10, 128, false), (10, 256, true), (1000, 16_384, false),
    ])
    func isSparseWithFourTimesTheSlotsOfANewOne(rows: Int, slots: Int, isSparse: Bool) {
        #expect(unsafe RowIndex.isSparse(rowCount: rows, in: slots) == isSparse)
    }

    @Test func shrinksWhenFewRowsAreLeft() throws {
        let table = try Table(cellCount: 1)
        for number in 0..<10_000 { try table.insert("\(number)") }
        for number in 1..<10_000 { table.remove("\(number)") }
        for number in 0..<20_000 {
            try table.insert("x\(number)")
            table.remove("x\(number)")
        }
        let slots = unsafe RowIndex(table.index.load(ordering: .acquiring)).mask + 1
        #expect(slots == 16)
        #expect(table.find("0") != nil)
    }
}
