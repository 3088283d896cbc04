import Synchronization
import TestKit
import Testing

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct RowScanTests {
    /// The texts of the next rows, at most `count`; nil once there are no more.
    private static func next(_ count: Int, of scan: inout RowScan, in table: Table) -> [String]? {
        var texts: [String] = []
        let hasMore = scan.resume(in: table) { row in
            texts.append(row.text(in: table))
            return texts.count < count
        }
        return hasMore || !texts.isEmpty ? texts : nil
    }

    /// A text of some 300 bytes.
    private static func long(_ number: Int) -> String { String(repeating: "x", count: 300) + "\(number)" }

    @Test(arguments: [1, 2, 7, 1000, 5000])
    func pausesWhereItIsTold(step: Int) throws {
        let table = try Table(cellCount: 3)
        for number in 0..<5000 { try table.insert("\(number)") }
        var scan = RowScan(table)
        var texts: [String] = []
        var most = 0
        while let next = Self.next(step, of: &scan, in: table) {
            most = max(most, next.count)
            texts += next
        }
        #expect(most == step)
        #expect(texts == (0..<5000).map { "\($0)" })
        #expect(Self.next(1, of: &scan, in: table) == nil)
    }

    @Test func visitsNoneOfATableThatWasEmpty() throws {
        let table = try Table(cellCount: 1)
        var scan = RowScan(table)
        try table.insert("later")
        #expect(Self.next(1, of: &scan, in: table) == nil)
    }

    @Test func keepsTheMemoryWhereItPausesAndNoOther() throws {
        let arena = try Arena()
        let table = Table(arena: arena, cellCount: 1) { $0() }
        let empty = arena.used
        for number in 0..<4000 { try table.insert(Self.long(number)) }
        let full = arena.used
        var scan: RowScan? = RowScan(table)
        _ = scan?.resume(in: table) { $0.text(in: table) != Self.long(2000) }

        for _ in 1...2 as ClosedRange<UInt64> { for text in table.texts { table.remove(text) } }
        table.trim()

        // Of more than a megabyte one block is left.
        #expect(full - empty > 1 << 20)
        #expect(arena.used - empty > 0)
        #expect(arena.used - empty <= RowBlock.largest)
        #expect(scan?.resume(in: table) { _ in true } == false)
        scan = nil
        table.trim()
        #expect(arena.used == empty)
    }

    @Test func aPauseInAnUnlinkedBlockGoesOnBehindIt() throws {
        // What is retired while somebody reads is kept until then.
        let retired = Mutex<(isReading: Bool, kept: [@Sendable () -> Void])>((false, []))
        let table = Table(arena: try Arena(), cellCount: 1) { free in
            let isKept = retired.withLock { retired in
                if retired.isReading { retired.kept.append(free) }
                return retired.isReading
            }
            if !isKept { free() }
        }
        for number in 0..<4000 { try table.insert(Self.long(number)) }
        var scan = RowScan(table)
        var seen: [String] = []
        let hasMore = scan.resume(in: table) { row in
            seen.append(row.text(in: table))
            guard seen.count == 1800 else { return true }
            for number in 400..<3000 { table.remove(Self.long(number)) }
            retired.withLock { $0.isReading = true }
            table.trim()
            return false
        }
        #expect(hasMore)
        let kept = retired.withLock { retired in
            retired.isReading = false
            return retired.kept
        }
        #expect(kept.count > 0)
        for free in kept { free() }
        while let next = Self.next(100, of: &scan, in: table) { seen += next }
        #expect(seen == (0..<1800).map(Self.long) + (3000..<4000).map(Self.long))
    }

    /// Against a model: what lives from the beginning of a scan to its end is visited once, in order, and no text twice.
    @Test(arguments: 0..<15 as Range<UInt64>)
    func visitsWhatLivesThroughoutOnceWhateverHappensInPauses(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let table = try Table(cellCount: 1)
        let padding = String(repeating: "x", count: [0, 30, 400][Int(seed % 3)])
        func text(_ number: Int) -> String { padding + "\(number)" }
        for number in 0..<1500 { try table.insert(text(number)) }
        for _ in 0..<10 {
            for _ in 0..<300 { table.remove(text(.random(in: 0..<2000, using: &random))) }
            let order = table.texts
            var throughout = Set(order)
            var scan = RowScan(table)
            var seen: [String] = []
            while let next = Self.next(.random(in: 1..<300, using: &random), of: &scan, in: table) {
                seen += next
                for _ in 0..<Int.random(in: 0..<400, using: &random) {
                    let text = text(.random(in: 0..<2000, using: &random))
                    if Bool.random(using: &random) {
                        try table.insert(text)
                    } else if table.remove(text) {
                        throughout.remove(text)
                    }
                }
                table.trim()
            }
            #expect(Set(seen).count == seen.count)
            #expect(Set(seen).isSubset(of: order))
            #expect(seen.filter(throughout.contains) == order.filter(throughout.contains))
        }
    }
}
