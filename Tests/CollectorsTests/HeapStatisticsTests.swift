import Glibc
import Testing

@testable import Collectors

@Suite(.timeLimit(.minutes(5)))
struct HeapStatisticsTests {
    @Test func countsArenasAndLargeBlocks() throws {
        let heap = try #require(HeapStatistics(used: 300, arenas: 1000, mapped: 500))

        #expect(heap.usedBytes == 800)
        #expect(heap.heldBytes == 1500)
    }

    @Test func nothingIsKnownOfAnotherAllocator() {
        #expect(HeapStatistics(used: 0, arenas: 0, mapped: 0) == nil)
    }

    @Test func theRealHeapHoldsWhatWasJustAllocated() throws {
        let bytes = 256 << 20
        let before = try #require(HeapStatistics())
        let block = unsafe malloc(bytes)
        let during = try #require(HeapStatistics())
        unsafe free(block)

        // Other tests allocate and free meanwhile, but not that much.
        #expect(during.usedBytes > before.usedBytes + UInt64(bytes) / 2)
        #expect(during.heldBytes >= during.usedBytes)
    }
}
