import Bytes
import Synchronization
import TestKit
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct ByteRingTests {
    private let rings = ByteRings(name: "test", count: 2, capacity: 1024)

    private func append(_ size: Int, of byte: UInt8 = 1, reserving reserved: Int = 0) -> Bool {
        rings[0].append(reserving: reserved) { span in
            guard size <= span.freeCapacity else { return false }
            for _ in 0..<size { span.append(byte) }
            return true
        }
    }

    /// Sizes and first bytes of what is in the ring, which is then empty.
    private func takeAll() -> [[Int]] {
        let ring = rings[0]
        let end = ring.head
        var position = ring.tail
        var found: [[Int]] = []
        while let next = ring.read(
            at: position, before: end, { found.append([$0.byteCount, Int($0[byte: 0])]) })
        {
            position = next
        }
        ring.take(upTo: end)
        return found
    }

    @Test func givesRecordsInOrder() {
        #expect(append(5, of: 1))
        #expect(append(16, of: 2))
        #expect(takeAll() == [[5, 1], [16, 2]])
        #expect(takeAll().isEmpty)
    }

    @Test func takesNothingThatHasNoRoom() {
        #expect(append(1016))
        #expect(!append(1))
        #expect(takeAll() == [[1016, 1]])
        #expect(!append(1017))
        #expect(append(1))
    }

    @Test func keepsWhatIsReserved() {
        #expect(!append(512, reserving: 512))
        #expect(append(504, reserving: 512))
        #expect(!append(1, reserving: 512))
        #expect(append(504))
        #expect(takeAll().count == 2)
    }

    @Test func goesOnAtTheFirstByteWhereTheEndIsTooNear() {
        #expect(append(600, of: 1))
        #expect(append(200, of: 2))
        // Gives the first one back, so that the ring is not empty.
        #expect(rings[0].read(at: 0, before: rings[0].head) { _ in } == 608)
        rings[0].take(upTo: 608)
        #expect(append(300, of: 3))
        #expect(!append(300, of: 4))
        #expect(takeAll() == [[200, 2], [300, 3]])
    }

    @Test func anEmptyRingBeginsAtItsFirstByte() {
        for size in [100, 1016, 8, 1016] {
            #expect(append(size))
            #expect(takeAll() == [[size, 1]])
        }
    }

    @Test func isNotAppendedToWhileItIs() {
        let ring = rings[0]
        var inner: Bool?
        #expect(ring.appending { inner = ring.appending {} })
        #expect(inner == false)
        #expect(ring.appending {})
    }

    @Test func ringsAreApart() {
        #expect(append(1016))
        #expect(rings[1].head == 0)
        #expect(rings[1].append(reserving: 0) { $0.put(7 as UInt64) })
        #expect(takeAll() == [[1016, 1]])
    }

    @Test(arguments: [1 as UInt64, 8, 33, 40, 1 << 40, .max])
    func believesNoSizeThatCannotBe(size: UInt64) {
        var memory = [UInt64](repeating: 0, count: (ByteRing.headerSize + 1024) / 8)
        unsafe memory.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            let ring = unsafe ByteRing(start, capacity: 1024)
            #expect(ring.append(reserving: 0) { $0.put(1 as UInt64) && $0.put(2 as UInt64) })
            unsafe start.storeBytes(of: size, toByteOffset: ByteRing.headerSize, as: UInt64.self)
            #expect(ring.read(at: 0, before: ring.head) { _ in } == nil)
        }
    }

    @Test func believesNoPositionThatCannotBe() {
        #expect(append(8))
        #expect(rings[0].read(at: 0, before: 4096) { _ in } == nil)
        #expect(rings[0].read(at: 3, before: 16) { _ in } == nil)
        #expect(rings[0].read(at: 16, before: 16) { _ in } == nil)
    }

    /// As a memory may say that was torn.
    @Test(arguments: [(UInt64.max - 23, UInt64.max - 7), (.max - 7, .max), (1 << 63, 16), (0, .max)])
    func believesNoPositionNearTheEndOfTheNumbers(tail: UInt64, head: UInt64) {
        var memory = [UInt64](repeating: 0, count: (ByteRing.headerSize + 1024) / 8)
        unsafe memory.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            // The position at the first byte.
            unsafe start.storeBytes(of: tail, toByteOffset: 8, as: UInt64.self)
            let ring = unsafe ByteRing(start, capacity: 1024)
            for size in [0 as UInt64, 9, 16] {
                unsafe start.storeBytes(of: size, toByteOffset: ByteRing.headerSize, as: UInt64.self)
                #expect(ring.read(at: tail, before: head) { _ in } == nil)
            }
        }
    }

    @Test func passesRecordsFromOneThreadToAnother() {
        let rings = rings
        let count: UInt64 = 200_000
        let sum = Mutex<(next: UInt64, isInOrder: Bool)>((0, true))
        onThreads(1) { _ in
            for number in 0..<count {
                let size = Int(number % 23)
                while !rings[0].append(
                    reserving: 0,
                    { span in
                        guard span.put(number), span.freeCapacity >= size else { return false }
                        for _ in 0..<size { span.append(UInt8(truncatingIfNeeded: number)) }
                        return true
                    })
                {}
            }
        } meanwhile: {
            let ring = rings[0]
            var next: UInt64 = 0
            var isInOrder = true
            while next < count {
                var position = ring.tail
                let end = ring.head
                while let following = ring.read(
                    at: position, before: end,
                    { record in
                        var reader = ValueReader()
                        isInOrder = isInOrder && reader.integer(in: record) == next
                        isInOrder = isInOrder && record.byteCount == 8 + Int(next % 23)
                        if record.byteCount > 8 {
                            isInOrder =
                                isInOrder
                                && record[byte: record.byteCount - 1] == UInt8(truncatingIfNeeded: next)
                        }
                        next += 1
                    })
                {
                    position = following
                    ring.take(upTo: position)
                }
            }
            sum.withLock { $0 = (next, isInOrder) }
        }
        #expect(sum.withLock { $0.next } == count)
        #expect(sum.withLock { $0.isInOrder })
    }
}
