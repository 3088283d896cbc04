import Synchronization
import TestKit
import Testing

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct TableMemoryTests {
    /// Ends all rows that nobody updates meanwhile, and waits for the pages to go back.
    private func expire(_ tables: [Table], in arena: Arena) {
        for table in tables { table.sweep(now: 1000, lifetime: 10) }
        for table in tables { table.sweep(now: 2000, lifetime: 10) }
        arena.trim()
        arena.trim()
    }

    @Test func fallsBackToWhereItWasBeforeManyRows() throws {
        let arena = try Arena()
        let tables = (1...8).map { number in
            Table(arena: arena, cellCount: number, copied: 1, blockCells: [number - 1]) { $0() }
        }
        for table in tables { #expect(try table.insert("stays")?.pin() == true) }
        let (used, size) = (arena.used, arena.size)
        for number in 0..<200_000 {
            let table = tables[number % 8]
            let text = String(repeating: "x", count: number / 8 % 150) + "\(number)"
            guard let row = try table.insert(text) else { continue }
            if number % 100 == 0 { table.makeCopies(of: row) }
            if number % 3 == 0 {
                row.cell(table.cellCount - 1).bits = UInt64(try Block.make(byteCount: 136, in: arena))
            }
        }
        #expect(arena.used > 30 << 20)
        #expect(arena.size > arena.used * 3 / 4)
        expire(tables, in: arena)
        #expect(tables.map(\.count) == Array(repeating: 1, count: 8))
        #expect(arena.used == used)
        #expect(arena.size <= size + (512 << 10))
        #expect(tables.allSatisfy { $0.find("stays")?.touch() == true })
    }

    @Test func keepsRowsThatLiveInTheirOrder() throws {
        let arena = try Arena()
        let table = Table(arena: arena, cellCount: 1) { $0() }
        for number in 0..<20_000 { try table.insert("\(number)")?.cell(0).bits = UInt64(number) }
        let full = arena.used
        let kept = [0, 1, 7000, 7001, 12_345, 19_999].map { "\($0)" }
        table.sweep(now: 1000, lifetime: 10)
        for text in kept { #expect(table.find(text)?.touch() == true) }
        #expect(table.sweep(now: 2000, lifetime: 10) == 19_994)
        #expect(table.texts == kept)
        #expect(arena.used < full / 4)
        for number in 30_000..<40_000 { try table.insert("\(number)")?.cell(0).bits = UInt64(number) }
        #expect(table.count == 10_006)
        let texts = table.texts
        #expect(texts.filter(kept.contains) == kept)
        #expect(Set(texts).count == 10_006)
        let wrong = texts.filter { text in table.find(text)?.cell(0).bits != UInt64(text) }
        #expect(wrong.isEmpty)
    }

    @Test func losesItsFirstMiddleAndLastBlocks() throws {
        let table = try Table(cellCount: 1)
        for number in 0..<5000 { try table.insert("\(number)") }
        for round in 1...20 as ClosedRange<UInt64> {
            let texts = table.texts
            let kept = texts.enumerated().filter { $0.offset / 300 % 3 == Int(round % 3) }.map(\.element)
            for text in texts { #expect(table.find(text)?.touch() == true) }
            table.sweep(now: round * 1000, lifetime: 10)
            for text in kept { #expect(table.find(text)?.touch() == true) }
            table.sweep(now: round * 1000 + 500, lifetime: 10)
            #expect(table.texts == kept)
            for number in 0..<3000 { try table.insert("\(round) \(number)") }
            #expect(table.texts.filter(Set(kept).contains) == kept)
            #expect(table.count == kept.count + 3000)
        }
    }

    @Test func usesARowAgainForATextThatIsSlightlyShorter() throws {
        let arena = try Arena()
        let table = Table(arena: arena, cellCount: 1) { $0() }
        for number in 100..<200 { try table.insert(String(repeating: "x", count: 80) + "\(number)") }
        for number in 100..<200 { table.remove(String(repeating: "x", count: 80) + "\(number)") }
        let used = arena.used
        for number in 100..<200 { try table.insert(String(repeating: "y", count: 66) + "\(number)") }
        #expect(arena.used == used)
        #expect(table.texts.allSatisfy { $0.hasPrefix("yyy") && $0.utf8.count == 69 })
        for number in 100..<200 { try table.insert(String(repeating: "z", count: 50) + "\(number)") }
        #expect(arena.used > used)
    }

    @Test func takesLittleForATableWithOneRow() throws {
        let arena = try Arena()
        let tables = try (0..<1000).map { _ in
            let table = Table(arena: arena, cellCount: 2) { $0() }
            try table.insert(#"path="/orders""#)
            return table
        }
        // A row of 88 bytes behind the header of its block, and an index.
        #expect(arena.used == 1000 * (112 + 72))
        #expect(tables[999].texts == [#"path="/orders""#])
    }

    @Test func givesBlocksBackThatReadersHoldLater() throws {
        let arena = try Arena()
        let late = Late()
        func useTable() throws {
            let table = Table(arena: arena, cellCount: 1) { late.append($0) }
            for number in 0..<5000 { try table.insert("\(number)") }
            table.sweep(now: 1000, lifetime: 10)
            #expect(table.sweep(now: 2000, lifetime: 10) == 5000)
            // Recycles the rows, and takes their blocks out of the list.
            late.run()
            #expect(arena.used > 256 << 10)
            try table.insert("next")
        }
        try useTable()
        late.run()
        #expect(arena.used == 0)
    }

    @Test func givesBackWhatRemovalsLeave() throws {
        let arena = try Arena()
        let table = Table(arena: arena, cellCount: 1) { $0() }
        let empty = arena.used
        for number in 0..<1000 { try table.insert("\(number)") }
        for number in 0..<1000 { table.remove("\(number)") }
        #expect(arena.used > 64 << 10)
        table.sweep(now: 1000, lifetime: 10)
        #expect(arena.used == empty)
    }

    @Test func chargesItsIndex() throws {
        let arena = try Arena()
        func useTable() throws {
            let table = Table(arena: arena, cellCount: 1) { $0() }
            #expect(arena.used == 72)
            for number in 0..<3 { try table.insert("\(number)") }
            #expect(arena.used == 96 + 512 + (32 + 1) * 8)
        }
        try useTable()
        #expect(arena.used == 0)
    }
}

/// What waits for readers to leave.
final class Late: Sendable {
    private let waiting = Mutex<[@Sendable () -> Void]>([])

    func append(_ free: @escaping @Sendable () -> Void) { waiting.withLock { $0.append(free) } }

    func run() {
        let all = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for free in all { free() }
    }
}
