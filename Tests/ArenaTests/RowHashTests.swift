import Testing

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct RowHashTests {
    private func hash(_ bytes: [UInt8], seed: UInt64 = 1) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe RowHash.hash($0, seed: seed) }
    }

    @Test(arguments: 0...70)
    func dependsOnEveryByteOfALength(_ length: Int) {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        var hashes: Set = [hash(bytes), hash(bytes + [0])]
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            hashes.insert(hash(changed))
        }
        #expect(hashes.count == length + 2)
    }

    @Test func dependsOnTheSeed() {
        #expect(Set((0..<100).map { hash([1, 2, 3], seed: $0) }).count == 100)
    }

    @Test func spreadsSimilarTextsEvenly() {
        var buckets = Array(repeating: 0, count: 256)
        var upperBits: Set<UInt64> = []
        for number in 0..<25_600 {
            let hash = hash(Array("route=\"/items/\(number)\"".utf8))
            buckets[Int(hash >> 32 & 255)] += 1
            upperBits.insert(hash >> 32)
        }
        // Chi-squared with 255 degrees of freedom: above 400 once in 10^8 times; the seed is fixed.
        let spread = buckets.reduce(0.0) { $0 + (Double($1) - 100) * (Double($1) - 100) / 100 }
        #expect(spread < 400)
        #expect(upperBits.count > 25_590)
    }
}
