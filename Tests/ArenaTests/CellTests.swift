import TestKit
import Testing

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct CellTests {
    @Test func addsWholeNumbersAndWrapsPastTheLargest() throws {
        let cell = try Row.scratch().cell(0)
        cell.add(40 as UInt64)
        cell.add(2 as UInt64)
        #expect(cell.bits == 42)
        cell.bits = .max
        cell.add(3 as UInt64)
        #expect(cell.bits == 2)
    }

    @Test func addsDoubles() throws {
        let cell = try Row.scratch().cell(0)
        _ = cell.add(0.25)
        _ = cell.add(-1.5)
        #expect(cell.double == -1.25)
        cell.double = 7
        #expect(cell.bits == (7.0).bitPattern)
    }

    @Test func replacesOnlyWhatIsExpected() throws {
        let cell = try Row.scratch().cell(0)
        cell.bits = 5
        #expect(!cell.replace(4, by: 9))
        #expect(cell.bits == 5)
        #expect(cell.replace(5, by: 9))
        #expect(cell.acquire() == 9)
    }

    @Test func setsBitsBesideOthers() throws {
        let cell = try Row.scratch().cell(0)
        cell.bits = 0b1001
        cell.set(0b0011)
        cell.set(0b0011)
        #expect(cell.bits == 0b1011)
    }

    @Test func losesNoAdditionOfEightThreads() throws {
        let row = try Row.scratch()
        onThreads(8) { _ in
            for _ in 0..<10_000 {
                row.cell(0).add(1 as UInt64)
                _ = row.cell(1).add(0.5)
                row.cell(2).set(1 << UInt64.random(in: 0..<8))
            }
        }
        #expect(row.cell(0).bits == 80_000)
        #expect(row.cell(1).double == 40_000)
        #expect(row.cell(2).bits == 0xFF)
    }
}
