import Testing

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct ArenaLimitTests {
    @Test func allocatesUpToTheLimitExactly() throws {
        let arena = try Arena(limit: 64 << 10)
        let blocks = try (0..<1024).map { _ in try arena.allocate(64) }
        #expect(arena.used == 64 << 10)
        #expect(throws: ArenaError.full(size: 64 << 10)) { try arena.allocate(1) }
        #expect(arena.used == 64 << 10)
        arena.release(offset: blocks[500], byteCount: 64)
        #expect(throws: ArenaError.full(size: (64 << 10) - 64)) { try arena.allocate(65) }
        #expect(try arena.allocate(64) == blocks[500])
    }

    @Test(arguments: [(1 << 20, 2 << 20), (16 << 20, 17 << 20), (64 << 20, 68 << 20)])
    func letsPrivilegedAllocationsGoOn(limit: Int, privileged: Int) throws {
        let arena = try Arena(limit: limit)
        arena.chargeAlways(limit)
        #expect(throws: ArenaError.full(size: limit)) { try arena.allocate(16) }
        #expect(!arena.charge(1))
        #expect(arena.charge(privileged - limit - 16, isPrivileged: true))
        _ = try arena.allocate(16, isPrivileged: true)
        #expect(arena.used == privileged)
        #expect(throws: ArenaError.full(size: privileged)) { try arena.allocate(1, isPrivileged: true) }
        #expect(!arena.charge(1, isPrivileged: true))
        arena.giveBack(limit)
        #expect(arena.used == privileged - limit)
        #expect(arena.privilegedLimit == privileged)
        #expect(arena.limit == limit)
    }

    @Test func countsChargesAgainstTheSameLimit() throws {
        let arena = try Arena(limit: 10_000)
        #expect(arena.charge(10_000 - 128))
        #expect(!arena.charge(129))
        _ = try arena.allocate(128)
        #expect(throws: ArenaError.full(size: 10_000)) { try arena.allocate(1) }
        arena.giveBack(16)
        _ = try arena.allocate(1)
        #expect(arena.used == 10_000)
    }

    @Test func hasNoLimitThatOverflows() throws {
        let arena = try Arena(limit: .max)
        #expect(arena.charge(1 << 40))
        #expect(!arena.charge(1 << 61, isPrivileged: true))
        _ = try arena.allocate(16)
        #expect(arena.privilegedLimit > arena.limit)
    }

    /// One block of each slab stays, so that nothing of a slab comes back.
    @Test func endsWhereBlocksAreScatteredOverFarMorePages() throws {
        let arena = try Arena(limit: 4 << 20)
        var failure: ArenaError?
        for size in stride(from: 64, through: 512, by: 64) where failure == nil {
            var blocks: [Int] = []
            do throws(ArenaError) {
                for _ in 0..<(3 << 20) / size { blocks.append(try arena.allocate(size)) }
            } catch { failure = error }
            for (number, offset) in blocks.enumerated() where number % (Pages.size / size) != 0 {
                arena.release(offset: offset, byteCount: size)
            }
        }
        guard case .full = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(arena.used < 4 << 20)
        #expect(arena.size <= 6 << 20)
        _ = try arena.allocate(5000, isPrivileged: true)
    }

    @Test func pagesHaveAQuarterMoreThanBlocksButNotOfWhatIsElsewhere() {
        let budget = MemoryBudget(limit: 8 << 20)
        var limits = [budget.pageLimit]
        let isCharged = budget.charge(2 << 20, isPrivileged: false)
        budget.chargeAlways(1 << 20)
        limits.append(budget.pageLimit)
        budget.giveBackCharge(3 << 20)
        // Blocks lie in pages themselves.
        let isTaken = budget.take(1 << 20, isPrivileged: false)
        limits.append(budget.pageLimit)
        #expect(isCharged && isTaken)
        #expect(limits == [11 << 20, 8 << 20, 11 << 20])
    }

    @Test func limitsRowsButNotThosePrivileged() throws {
        let arena = try Arena(limit: 256 << 10)
        let table = Table(arena: arena, cellCount: 1) { $0() }
        var failure: ArenaError?
        var number = 0
        while failure == nil {
            do throws(ArenaError) { try table.insert("\(number)") } catch { failure = error }
            number += 1
        }
        guard case .full(let size) = failure else { return }
        // The index counts, but is never refused.
        #expect(size <= 512 << 10)
        #expect(number > 1000)
        #expect(table.count == number - 1)
        #expect(try table.insert("0") != nil)
        let text = Array("overflow".utf8)
        let before = arena.used
        #expect(try table.insert(unsafe text.span.bytes, now: 0, isPrivileged: true) != nil)
        // The block of one row, however large the table is.
        #expect(arena.used - before < 256)
        #expect(table.texts.count == number)
        let block = try Block.make(byteCount: 100, in: arena, isPrivileged: true)
        #expect(throws: ArenaError.self) {
            try Block(address: block, in: arena).linked(byteCount: 100, in: arena)
        }
        let link = try Block(address: block, in: arena).linked(byteCount: 100, in: arena, isPrivileged: true)
        #expect(link != 0)
    }
}
