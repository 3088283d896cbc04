import Testing

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct BlockSizeTests {
    @Test(
        arguments: [
            (0, 16), (1, 16), (16, 16), (17, 32), (128, 128), (129, 144), (256, 256), (257, 288), (520, 576),
            (1024, 1024), (1025, 1152), (3841, 4096), (4096, 4096), (4097, 8192), (65_537, 69_632),
        ])
    func roundsUp(byteCount: Int, size: Int) {
        #expect(BlockSize.rounded(byteCount) == size)
    }

    @Test func wastesLessThanAnEighth() {
        let wasteful = (129...4096).filter { (BlockSize.rounded($0) - $0) * 8 >= $0 }
        #expect(wasteful.isEmpty)
    }

    @Test func numbersTheSizesInOrder() {
        var sizes: [Int] = []
        for byteCount in 1..<4096 where BlockSize.isInSlab(BlockSize.rounded(byteCount)) {
            let size = BlockSize.rounded(byteCount)
            if sizes.last != size { sizes.append(size) }
        }
        #expect(sizes.count == 47)
        #expect(sizes.map { BlockSize.number(of: $0) } == Array(0..<47))
        #expect(sizes.allSatisfy { BlockSize.rounded($0) == $0 })
    }

    @Test func fillsSlabsWithFewBlocksLeftOut() {
        for byteCount in stride(from: 16, to: 4096, by: 16) {
            let size = BlockSize.rounded(byteCount)
            guard BlockSize.isInSlab(size) else { continue }
            let pages = BlockSize.slabPages(of: size)
            #expect([1, 2, 4, 8].contains(pages))
            #expect(pages * Pages.size % size * 8 <= pages * Pages.size)
            #expect(pages * Pages.size / size <= 256)
        }
    }
}
