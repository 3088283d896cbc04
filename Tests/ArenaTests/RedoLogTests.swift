import Linux
import TestKit
import Testing

@testable import Arena

/// What a process was about to write when it ended, as a successor finds it.
@Suite(.timeLimit(.minutes(5)))
struct RedoLogTests {
    private let arena: Arena
    private let table: Table
    private let record: Record
    private let row: Row

    init() throws {
        arena = try Arena()
        table = Table(
            arena: arena, cellCount: 3, copied: 2,
            record: try arena.makeRecord(.table, words: 1, payload: [])
        ) { $0() }
        record = try arena.makeRecord(.receiver, words: RedoLog.wordCount, payload: [])
        row = try #require(try table.insert("row"))
    }

    private struct Failure: Error {}

    /// The log's mark and the row's cells, as a successor reads them; nil for a row that is not there.
    private func found() throws -> (mark: UInt64, cells: [UInt64]?) {
        guard let descriptor = arena.duplicateDescriptor() else { throw Failure() }
        let foreign = try ForeignArena(SharedMemory(takingOwnership: descriptor, reserve: 0))
        let records = foreign.records().found
        let first = try #require(records.first { $0.kind == .table }?.words.first)
        let log = try #require(records.first { $0.kind == .receiver })
        var cells: [UInt64]?
        let shape = RowShape(cellCount: 3, copied: 2, copyCount: arena.copyCount)
        _ = ForeignRows(foreign, from: first, shape).forEach { row in cells = (0..<3).map { row.cell($0) } }
        return (log.words[RedoLog.Word.mark], cells)
    }

    /// Plans `value` and `sum` as step 7 and carries it out; then `undo` says which cells were not written yet.
    private func write(_ cells: Cells, undo: [Int]) {
        let log = RedoLog(record, in: arena)
        log.begin()
        let planned = PlannedCells(cells, log)
        planned.add(5 as UInt64, at: 0)
        _ = planned.add(2.5, at: 1, of: row)
        let before = (0..<3).map { row.cell($0).bits }
        log.apply(7, to: row)
        for index in undo { row.cell(index).bits = before[index] }
    }

    @Test(arguments: [true, false], [[], [1], [0, 1]])
    func aSuccessorWritesWhatWasNotWritten(isExclusive: Bool, missing: [Int]) throws {
        (row.cell(0).bits, row.cell(1).double) = (10, 0.5)
        let cells = unsafe Cells(row.cells.pointer, isThreadExclusive: isExclusive)
        write(cells, undo: missing)
        for _ in 0..<2 {
            let (mark, cells) = try found()
            #expect(mark == 7)
            #expect(cells == [15, (3.0).bitPattern, 0])
        }
    }

    @Test func nothingIsWrittenForAStepThatIsDone() throws {
        write(row.cells, undo: [])
        RedoLog(record, in: arena).mark(7)
        row.cell(0).bits = 99
        let (mark, cells) = try found()
        #expect(mark == 7)
        #expect(cells?.first == 99)
    }

    @Test func aStepThatIsNotArmedIsToBeDoneAgain() throws {
        RedoLog(record, in: arena).mark(6)
        let log = RedoLog(record, in: arena)
        log.begin()
        PlannedCells(row.cells, log).add(5 as UInt64, at: 0)
        let (mark, cells) = try found()
        #expect(mark == 6)
        #expect(cells?.first == 0)
    }

    /// A value that went into a row which ends has to be recorded in another one.
    @Test func aStepForARowThatEndedIsToBeDoneAgain() throws {
        write(row.cells, undo: [0, 1])
        #expect(table.remove(row))
        let (mark, cells) = try found()
        #expect(mark == 0)
        #expect(cells == nil)
    }

    @Test func whatAnotherThreadAddsMeanwhileStays() throws {
        let log = RedoLog(record, in: arena)
        log.begin()
        PlannedCells(row.cells, log).add(5 as UInt64, at: 0)
        row.cell(0).add(3 as UInt64)
        log.apply(1, to: row)
        #expect(row.cell(0).bits == 8)
        #expect(try found().cells?.first == 8)
    }

    @Test func aSumIsRefusedWhereItWouldNotBeFinite() {
        let log = RedoLog(record, in: arena)
        log.begin()
        row.cell(1).double = .greatestFiniteMagnitude
        #expect(!PlannedCells(row.cells, log).add(.greatestFiniteMagnitude, at: 1, of: row))
        log.apply(1, to: row)
        #expect(row.cell(1).double == .greatestFiniteMagnitude)
    }

    /// A large sum goes to the row's own cell, as without a plan.
    @Test func aCopyStaysBelowItsBound() {
        let copy = unsafe Cells(row.cells.pointer + 2 * 8, isThreadExclusive: true)
        let log = RedoLog(record, in: arena)
        log.begin()
        #expect(PlannedCells(copy, log).add(0x1p1000, at: 0, of: row))
        log.apply(1, to: row)
        #expect(row.cell(0).double == 0x1p1000)
        #expect(row.cell(2).bits == 0)
    }

    @Test func moreThanFitsIntoThePlanIsAddedAtOnce() {
        let log = RedoLog(record, in: arena)
        log.begin()
        let cells = PlannedCells(row.cells, log)
        for _ in 0..<RedoLog.capacity { cells.add(0 as UInt64, at: 2) }
        cells.add(4 as UInt64, at: 0)
        #expect(row.cell(0).bits == 4)
        log.apply(1, to: row)
        #expect(row.cell(0).bits == 4)
    }

    /// Nothing that is written in a foreign memory lies outside of it.
    @Test func aPlanThatLeadsNowhereDoesNoHarm() throws {
        write(row.cells, undo: [])
        for offset in [UInt64.max, 1 << 34, 8, UInt64(arena.size) - 4, 1 << 62] {
            record.word(RedoLog.Word.entries).bits = offset
            record.word(RedoLog.Word.count).bits = 200
            _ = try found()
            record.word(RedoLog.Word.count).bits = 1
            _ = try found()
            record.word(RedoLog.Word.mark).bits = 0
        }
        #expect(try found().cells?.count == 3)
    }
}
