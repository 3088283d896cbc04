import Testing

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct ArenaTests {
    @Test(arguments: [(1, 16), (64, 16), (65, 16), (511, 64), (1000, 64), (3000, 64), (5000, 4096)])
    func alignsSmallBlocksTo16AndOthersToCacheLines(byteCount: Int, alignment: Int) throws {
        let arena = try Arena()
        for _ in 0..<300 { #expect(try arena.allocate(byteCount) % alignment == 0) }
    }

    @Test func countsWhatIsHandedOutAndNotGivenBack() throws {
        let arena = try Arena()
        let sizes = [1, 64, 65, 1000, 511, 100_000]
        let offsets = try sizes.map { try arena.allocate($0) }
        #expect(arena.used == 16 + 64 + 80 + 1024 + 512 + 102_400)
        for (offset, size) in zip(offsets, sizes) { arena.release(offset: offset, byteCount: size) }
        #expect(arena.used == 0)
    }

    @Test func growsInPlace() throws {
        let arena = try Arena()
        let before = arena.size
        let offset = try arena.allocate(10 << 20)
        for place in stride(from: 0, to: 10 << 20, by: 4096) {
            unsafe (arena.base + offset + place).storeBytes(of: 7, as: UInt64.self)
        }
        #expect(arena.size >= before + (10 << 20))
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
