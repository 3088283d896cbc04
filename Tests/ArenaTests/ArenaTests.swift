import Testing

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct ArenaTests {
    @Test func alignsSmallBlocksTo16AndOthersToCacheLines() throws {
        let arena = try Arena()
        let offsets = try [1, 64, 65, 1000, 511].map { try arena.allocate($0) }
        #expect(offsets == [4096, 4112, 4176, 4288, 5312])
        #expect(arena.used == 1696)
    }

    @Test func handsOutReturnedBlocksOfTheSameSizeZeroed() throws {
        let arena = try Arena()
        let offset = try arena.allocate(128)
        unsafe (arena.base + offset).storeBytes(of: 7, as: UInt64.self)
        arena.release(offset: offset, byteCount: 128)
        #expect(try arena.allocate(256) != offset)
        #expect(try arena.allocate(113) == offset)
        #expect(unsafe (arena.base + offset).load(as: UInt64.self) == 0)
    }

    @Test func growsInPlace() throws {
        let arena = try Arena()
        let before = arena.size
        let offset = try arena.allocate(10 << 20)
        #expect(arena.size >= before + (10 << 20) - 4096)
        unsafe (arena.base + offset + (10 << 20) - 8).storeBytes(of: 7, as: UInt64.self)
        #expect(unsafe (arena.base + offset + (10 << 20) - 8).load(as: UInt64.self) == 7)
    }

    @Test(arguments: [
        (ArenaError.noMemory("reason"), "There is no memory for more series: reason"),
        (.full(size: 9), "The store of series is full at 9 bytes."),
        (.recordTooLong(byteCount: 5), "A series of 5 bytes is too long to be stored."),
    ])
    func saysWhyThereIsNoMemory(_ error: ArenaError, _ text: String) {
        #expect(error.description == text)
    }
}
