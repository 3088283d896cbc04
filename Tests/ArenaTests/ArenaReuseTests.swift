import TestKit
import Testing

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct ArenaReuseTests {
    private func fill(_ arena: Arena, offset: Int, byteCount: Int) {
        unsafe (arena.base + offset).initializeMemory(as: UInt8.self, repeating: 0xFF, count: byteCount)
    }

    private func isZero(_ arena: Arena, offset: Int, byteCount: Int) -> Bool {
        unsafe UnsafeRawBufferPointer(start: arena.base + offset, count: byteCount).allSatisfy { $0 == 0 }
    }

    @Test func handsOutAReturnedBlockZeroed() throws {
        let arena = try Arena()
        let offset = try arena.allocate(128)
        _ = try arena.allocate(128)
        fill(arena, offset: offset, byteCount: 128)
        arena.release(offset: offset, byteCount: 128)
        #expect(try arena.allocate(113) == offset)
        #expect(isZero(arena, offset: offset, byteCount: 128))
    }

    @Test func usesAnEmptySlabForAnotherSize() throws {
        let arena = try Arena()
        let small = try (0..<1000).map { _ in try arena.allocate(100) }
        for offset in small {
            fill(arena, offset: offset, byteCount: 100)
            arena.release(offset: offset, byteCount: 100)
        }
        let large = try arena.allocate(100_000)
        #expect(large == 4096)
        #expect(isZero(arena, offset: large, byteCount: 100_000))
        #expect(try arena.allocate(700) == 4096 + 102_400)
    }

    @Test func keepsASlabWithALastBlock() throws {
        let arena = try Arena()
        let blocks = try (0..<31).map { _ in try arena.allocate(128) }
        for offset in blocks.dropLast() { arena.release(offset: offset, byteCount: 128) }
        #expect(try arena.allocate(4096) == 8192)
        #expect(try arena.allocate(128) == 4096)
        arena.release(offset: 4096, byteCount: 128)
        arena.release(offset: blocks[30], byteCount: 128)
        #expect(try arena.allocate(4096) == 4096)
    }

    @Test func neverHandsOutWhatIsInUse() throws {
        let arena = try Arena()
        var random = SeededGenerator(seed: 11)
        var blocks: [(offset: Int, size: Int, mark: UInt8)] = []
        var broken = 0
        func release(_ index: Int) {
            let block = blocks.remove(at: index)
            for place in 0..<block.size {
                if unsafe (arena.base + block.offset + place).load(as: UInt8.self) != block.mark {
                    broken += 1
                }
            }
            arena.release(offset: block.offset, byteCount: block.size)
        }
        for round in 0..<20_000 {
            if blocks.count > 400 || (round % 3 == 0 && !blocks.isEmpty) {
                release(Int.random(in: 0..<blocks.count, using: &random))
            } else {
                let size = Int.random(in: 1...(round % 50 == 0 ? 70_000 : 2000), using: &random)
                let offset = try arena.allocate(size)
                if !isZero(arena, offset: offset, byteCount: size) { broken += 1 }
                let mark = UInt8.random(in: 1...255, using: &random)
                unsafe (arena.base + offset).initializeMemory(as: UInt8.self, repeating: mark, count: size)
                blocks.append((offset, size, mark))
            }
            if round % 500 == 0 { arena.trim() }
        }
        #expect(arena.used == blocks.reduce(0) { $0 + BlockSize.rounded($1.size) })
        while !blocks.isEmpty { release(blocks.count - 1) }
        #expect(broken == 0)
        #expect(arena.used == 0)
        #expect(try arena.allocate(8 << 20) == 4096)
    }

    @Test func givesPagesBackThatStayFreeBetweenTwoTrims() throws {
        let arena = try Arena()
        let kept = try arena.allocate(4096)
        let offset = try arena.allocate(8 << 20)
        fill(arena, offset: kept, byteCount: 4096)
        fill(arena, offset: offset, byteCount: 8 << 20)
        #expect(arena.size >= 8 << 20)
        arena.release(offset: offset, byteCount: 8 << 20)
        arena.trim()
        #expect(arena.size >= 8 << 20)
        arena.trim()
        #expect(arena.size <= 640 << 10)
        #expect(unsafe (arena.base + kept + 4095).load(as: UInt8.self) == 0xFF)
        #expect(try arena.allocate(8 << 20) == offset)
        #expect(isZero(arena, offset: offset, byteCount: 8 << 20))
        fill(arena, offset: offset, byteCount: 8 << 20)
        arena.trim()
        arena.trim()
        #expect(unsafe (arena.base + offset + (8 << 20) - 1).load(as: UInt8.self) == 0xFF)
    }

    @Test func keepsAFewPagesForTheNextBlocks() throws {
        let arena = try Arena()
        let offsets = try (0..<64).map { _ in try arena.allocate(4096) }
        for offset in offsets { fill(arena, offset: offset, byteCount: 4096) }
        let before = arena.size
        for offset in offsets { arena.release(offset: offset, byteCount: 4096) }
        for _ in 0..<5 { arena.trim() }
        #expect(arena.size == before)
    }

    @Test func staysSmallWithFewBlocksOfEachSize() throws {
        let arena = try Arena()
        for size in [16, 40, 100, 136, 200, 520, 576, 1000] {
            for _ in 0..<3 { fill(arena, offset: try arena.allocate(size), byteCount: size) }
        }
        #expect(arena.size <= 12 * 4096)
    }

    @Test func blocksBeginWhereTheirCellsNeedIt() throws {
        let arena = try Arena()
        let offsets = try (1...5000).map { (size: $0, offset: try arena.allocate($0)) }
        #expect(offsets.allSatisfy { $0.offset % 16 == 0 })
        #expect(offsets.allSatisfy { $0.size < 512 || $0.offset % 64 == 0 })
    }

    /// A slab of 1152 bytes has two pages, and lies at a multiple of them.
    @Test func aSlabOfSeveralPagesLiesAtAMultipleOfItself() throws {
        let arena = try Arena()
        #expect(try arena.allocate(4096) == 4096)
        #expect(try arena.allocate(4096) == 8192)
        #expect(BlockSize.slabPages(of: 1152) == 2)
        let first = try arena.allocate(1152)
        #expect(first == 16_384)
        #expect(try arena.allocate(4096) == 12_288)
        let others = try (1..<7).map { _ in try arena.allocate(1152) }
        #expect(others == (1..<7).map { first + $0 * 1152 })
        for offset in others + [first] { arena.release(offset: offset, byteCount: 1152) }
        #expect(try arena.allocate(8192) == first)
    }

    @Test func usesRoomInAllSlabsOfASize() throws {
        let arena = try Arena()
        let blocks = try (0..<8).map { _ in try arena.allocate(2048) }
        for offset in [blocks[2], blocks[5], blocks[0], blocks[7]] {
            arena.release(offset: offset, byteCount: 2048)
        }
        let again = try (0..<4).map { _ in try arena.allocate(2048) }
        #expect(again == [blocks[7], blocks[0], blocks[5], blocks[2]])
        #expect(try arena.allocate(2048) == 4096 * 5)
    }

    @Test func allocatesAndReleasesInManyThreads() throws {
        let arena = try Arena()
        let broken = Counter()
        onThreads(4) { thread in
            var random = SeededGenerator(seed: UInt64(thread))
            var blocks: [(offset: Int, size: Int)] = []
            for round in 0..<3000 {
                if blocks.count > 50, let block = blocks.popLast() {
                    let first = unsafe (arena.base + block.offset).load(as: UInt8.self)
                    if first != UInt8(thread + 1) { broken.add() }
                    arena.release(offset: block.offset, byteCount: block.size)
                }
                let size = Int.random(in: 1...600, using: &random)
                guard let offset = try? arena.allocate(size) else { return broken.add() }
                if unsafe (arena.base + offset).load(as: UInt8.self) != 0 { broken.add() }
                unsafe (arena.base + offset).storeBytes(of: UInt8(thread + 1), as: UInt8.self)
                blocks.append((offset, size))
                if round % 100 == 0 {
                    for block in blocks { arena.release(offset: block.offset, byteCount: block.size) }
                    blocks = []
                    arena.trim()
                }
            }
            for block in blocks { arena.release(offset: block.offset, byteCount: block.size) }
        }
        #expect(broken.value == 0)
        #expect(arena.used == 0)
    }
}
