import Testing

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct RowLifeTests {
    @Test func endsAfterTheLifetimeWithoutAnUpdate() throws {
        let table = try Table(cellCount: 1)
        let row = try #require(try table.insert("a"))
        #expect(table.sweep(now: 1000, lifetime: 100) == 0)
        #expect(table.sweep(now: 1099, lifetime: 100) == 0)
        #expect(row.touch())
        #expect(table.sweep(now: 1100, lifetime: 100) == 0)
        #expect(table.sweep(now: 1199, lifetime: 100) == 0)
        #expect(table.sweep(now: 1200, lifetime: 100) == 1)
        #expect(!row.touch())
        #expect(table.find("a") == nil)
        #expect(table.texts.isEmpty)
        #expect(table.count == 0)
    }

    @Test func outlivesAClockThatIsSetBack() throws {
        let table = try Table(cellCount: 1)
        try table.insert("a")
        table.sweep(now: 1000, lifetime: 100)
        #expect(table.sweep(now: 10, lifetime: 100) == 0)
        #expect(table.sweep(now: 999, lifetime: 0) == 0)
        #expect(table.find("a")?.touch() == true)
    }

    @Test func staysWhileItIsPinned() throws {
        let table = try Table(cellCount: 1)
        let row = try #require(try table.insert("a"))
        #expect(row.pin())
        #expect(row.pin())
        for now in stride(from: 0 as UInt64, to: 1000, by: 100) { table.sweep(now: now, lifetime: 1) }
        #expect(!table.remove("a"))
        row.unpin()
        #expect(table.sweep(now: 2000, lifetime: 1) == 0)
        row.unpin()
        #expect(table.sweep(now: 3000, lifetime: 1) == 1)
        #expect(!row.pin())
    }

    @Test func isLiveAgainWhenItIsPinned() throws {
        let table = try Table(cellCount: 1)
        let row = try #require(try table.insert("a"))
        table.sweep(now: 0, lifetime: 10)
        #expect(row.pin())
        row.unpin()
        #expect(table.sweep(now: 100, lifetime: 10) == 0)
    }

    @Test func isRemovedByText() throws {
        let table = try Table(cellCount: 1)
        try table.insert("a")
        let other = try #require(try table.insert("b"))
        other.cell(0).bits = 3
        #expect(table.remove("a"))
        #expect(!table.remove("a"))
        #expect(table.find("a") == nil)
        #expect(table.find("b")?.cell(0).bits == 3)
        let again = try #require(try table.insert("a"))
        #expect(again.touch())
        #expect(table.count == 2)
    }

    @Test func isRemovedWhileIdle() throws {
        let table = try Table(cellCount: 1)
        try table.insert("a")
        table.sweep(now: 1, lifetime: 10)
        #expect(table.remove("a"))
    }

    @Test func leavesItsMemoryToTheNext() throws {
        let arena = try Arena()
        let table = Table(arena: arena, cellCount: 4, copied: 2, blockCells: [1, 2]) { $0() }
        var used: [Int] = []
        var leftovers: UInt64 = 0
        for cycle in 0..<50 as Range<UInt64> {
            for number in 0..<100 {
                guard let row = try table.insert("\(cycle % 10) \(number + 100)") else { continue }
                leftovers += row.cell(3).bits
                row.cell(3).bits = 9
                let address = try Block.make(byteCount: 200, in: arena)
                row.cell(2).bits = UInt64(address)
                Block(address: address, in: arena).half(7).bits = 5
                _ = try Block(address: address, in: arena).linked(byteCount: 40, in: arena)
                table.makeCopies(of: row)
                leftovers += table.total(row, 0)
                table.cells(of: row).add(1 as UInt64, at: 0)
                // One that a copy leads to, or the row where this thread has none.
                let own = table.cells(of: row).cell(1)
                leftovers += own.bits
                own.bits = UInt64(try Block.make(byteCount: 80, in: arena))
            }
            table.sweep(now: cycle * 1000, lifetime: 10)
            #expect(table.sweep(now: cycle * 1000 + 500, lifetime: 10) == 100)
            used.append(arena.used)
        }
        #expect(leftovers == 0)
        #expect(Set(used).count == 1)
        let block = Block(address: try Block.make(byteCount: 200, in: arena), in: arena)
        #expect((0..<50).allSatisfy { block.half($0).bits == 0 })
        #expect(block.link.bits == 0)
    }

    @Test func givesAllMemoryBackWithItsTable() throws {
        let arena = try Arena()
        let late = Late()
        func useTable() throws {
            // Memory must come back even where the last readers leave after the table is gone.
            let table = Table(arena: arena, cellCount: 2, copied: 1, blockCells: [1]) { late.append($0) }
            for number in 0..<500 {
                let row = try #require(try table.insert("\(number)"))
                // A directory takes the blocks along that it leads to.
                let directory = try Block.make(byteCount: 16, isDirectory: true, in: arena)
                let entry = Block(address: directory, in: arena).cell(1)
                entry.bits = 7 << 32 | UInt64(try Block.make(byteCount: 100, in: arena))
                row.cell(1).bits = UInt64(directory)
                table.makeCopies(of: row)
            }
            for number in 0..<250 { table.remove("\(number)") }
        }
        try useTable()
        for _ in 0..<10 { try useTable() }
        late.run()
        try useTable()
        late.run()
        #expect(arena.used == 0)
    }
}
