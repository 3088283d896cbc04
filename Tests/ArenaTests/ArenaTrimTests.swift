import CLinux
import Glibc
import Linux
import Synchronization
import Testing

@testable import Arena

/// In processes of their own, whose heap nobody else uses.
@Suite(.timeLimit(.minutes(5)))
struct ArenaTrimTests {
    @Test func theHeapGivesBackWhatIsFreeOnceFarLessIsInUse() async {
        await #expect(processExitsWith: .success) {
            let arena = try Arena()
            arena.chargeAlways(64 << 20)
            scatter(64 << 20)
            arena.trim()
            let before = try resident()
            arena.giveBack(3 << 20)
            arena.trim()
            #expect(try resident() > before - (8 << 20))
            arena.giveBack(61 << 20)
            arena.trim()
            #expect(try resident() < before - (32 << 20))
        }
    }

    @Test func theListOfSlabsShrinks() async {
        await #expect(processExitsWith: .success) {
            let before = inUse()
            var slabs = Slabs()
            for page in 1...20_000 { slabs.add(at: page, size: 2048) }
            // Both blocks of each.
            for _ in 1...20_000 {
                guard let block = slabs.take(2048), let next = slabs.take(2048) else { return }
                #expect(slabs.giveBack(offset: block, size: 2048) == nil)
                #expect(slabs.giveBack(offset: next, size: 2048) != nil)
            }
            #expect(inUse() > before + (512 << 10))
            slabs.trim()
            #expect(inUse() < before + (256 << 10))
        }
    }
}

/// Fills so much of the heap, and frees all but single blocks of it.
private func scatter(_ byteCount: Int) {
    let blocks = (0..<byteCount / 4096).map { _ in [UInt8](repeating: 1, count: 4040) }
    kept.withLock { $0 = blocks.enumerated().filter { $0.offset % 64 == 0 }.map(\.element) }
}

private let kept = Mutex<[[UInt8]]>([])

/// Bytes of memory that the process has.
private func resident() throws -> Int {
    let text = String(decoding: try WholeFile.read("/proc/self/statm", limit: 4096), as: UTF8.self)
    return try #require(Int(text.split(separator: " ")[1])) * Int(sysconf(Int32(_SC_PAGESIZE)))
}

/// Bytes that were taken from malloc and not freed.
private func inUse() -> Int {
    let heap = mallinfo2()
    return Int(heap.uordblks) + Int(heap.hblkhd)
}
