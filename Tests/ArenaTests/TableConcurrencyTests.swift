import Glibc
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct TableConcurrencyTests {
    /// A table whose memory is taken back when no reader is left.
    private func sharedTable(cellCount: Int) throws -> Table {
        Table(arena: try Arena(), cellCount: cellCount) { ReclamationDomain.shared.retire($0) }
    }

    @Test func countsExactlyWhileEightThreadsInsert() throws {
        let table = try sharedTable(cellCount: 2)
        onThreads(8) { thread in
            var random = SeededGenerator(seed: UInt64(thread))
            for _ in 0..<20_000 {
                let number = UInt64.random(in: 0..<3000, using: &random)
                ReclamationDomain.shared.read {
                    guard let row = try? table.find("n\(number)") ?? table.insert("n\(number)") else {
                        return
                    }
                    row.cell(0).add(1 as UInt64)
                    row.cell(1).add(number)
                }
            }
        }
        var total: UInt64 = 0
        table.forEach { row in
            total += row.cell(0).bits
            #expect("n\(row.cell(1).bits / row.cell(0).bits)" == row.text(in: table))
        }
        #expect(total == 160_000)
        #expect(table.count == 3000)
        #expect(Set(table.texts).count == 3000)
    }

    /// With long texts each block holds few rows, so that blocks come and go as well.
    @Test(arguments: [0, 40])
    func losesNoAcceptedUpdateWhileRowsExpire(padding: Int) throws {
        let table = try sharedTable(cellCount: 1)
        let updaters = Updaters(table: table, threads: 8, updates: 5000, padding: padding)
        onThreads(8) {
            updaters.run($0)
        } meanwhile: {
            while !updaters.areDone {
                let now = updaters.nextTick()
                ReclamationDomain.shared.read { _ = table.sweep(now: now, lifetime: Updaters.lifetime) }
            }
        }
        #expect(updaters.lost == 0)
        #expect(updaters.rowCount > 200)
        let accepted = updaters.accepted
        table.forEach { row in
            let incarnation = Updaters.Incarnation(text: row.text(in: table), created: row.created)
            #expect(row.cell(0).bits == accepted[incarnation])
        }
    }

    @Test func walksWholeRowsWhileOthersComeAndGo() throws {
        let table = try sharedTable(cellCount: 2)
        let done = Atomic(0)
        let torn = Counter()
        onThreads(4) { thread in
            for number in 0..<5000 {
                let text = "\(thread) \(number % 50)"
                ReclamationDomain.shared.read { _ = try? table.insert(text) }
                ReclamationDomain.shared.read { _ = table.remove(text) }
            }
            done.wrappingAdd(1, ordering: .relaxed)
        } meanwhile: {
            while done.load(ordering: .relaxed) < 4 {
                ReclamationDomain.shared.read {
                    table.forEach { row in
                        let text = row.text(in: table)
                        sched_yield()
                        if text.utf8.count < 3 || row.text(in: table) != text { torn.add() }
                    }
                }
            }
        }
        #expect(torn.value == 0)
        #expect(table.count == 0)
        ReclamationDomain.shared.reclaim()
    }

    @Test(arguments: [Int.max, 7, 1])
    func scansEachTextOnceWhileBlocksComeAndGo(rowsBetweenPauses: Int) throws {
        let table = try sharedTable(cellCount: 2)
        let pinned = (0..<40).map { String(repeating: "p", count: $0 * 30 + 1) }
        for text in pinned { #expect(try table.insert(text)?.pin() == true) }
        let done = Atomic(0)
        let (twice, missing, trims) = (Counter(), Counter(), Counter())
        onThreads(3) { thread in
            for round in 0..<60 {
                let texts = (0..<100).map { "\(thread) \($0) " + String(repeating: "x", count: round * 20) }
                for text in texts { ReclamationDomain.shared.read { _ = try? table.insert(text) } }
                for text in texts { ReclamationDomain.shared.read { _ = table.remove(text) } }
                table.trim()
                trims.add()
            }
            done.wrappingAdd(1, ordering: .relaxed)
        } meanwhile: {
            while done.load(ordering: .relaxed) < 3 {
                let texts = Self.texts(of: table, pausingAfter: rowsBetweenPauses)
                if Set(texts).count != texts.count { twice.add() }
                if texts.filter({ $0.hasPrefix("p") }).count != pinned.count { missing.add() }
            }
        }
        #expect(twice.value == 0)
        #expect(missing.value == 0)
        #expect(trims.value == 180)
        // Other tests read in the same domain.
        spin {
            ReclamationDomain.shared.reclaim()
            table.trim()
            return table.arena.used < 256 << 10
        }
        #expect(table.texts.sorted() == pinned)
    }

    /// Outside of the domain between two steps of so many rows.
    private static func texts(of table: Table, pausingAfter count: Int) -> [String] {
        var texts: [String] = []
        var scan = RowScan(table)
        var hasMore = true
        while hasMore {
            var step = 0
            hasMore = ReclamationDomain.shared.read {
                scan.resume(in: table) { row in
                    texts.append(row.text(in: table))
                    step += 1
                    return step < count
                }
            }
        }
        return texts
    }

    @Test func givesPinsOnLiveRowsOnly() throws {
        let table = try sharedTable(cellCount: 1)
        let done = Atomic(false)
        let removedWhilePinned = Counter()
        onThreads(2) { thread in
            if thread == 0 {
                for _ in 0..<20_000 {
                    ReclamationDomain.shared.read {
                        guard let row = try? table.insert("a"), row.pin() else { return }
                        if !row.touch() || table.find("a")?.isSame(as: row) != true {
                            removedWhilePinned.add()
                        }
                        row.unpin()
                    }
                }
                done.store(true, ordering: .relaxed)
            } else {
                while !done.load(ordering: .relaxed) {
                    ReclamationDomain.shared.read { _ = table.remove("a") }
                }
            }
        }
        #expect(removedWhilePinned.value == 0)
    }
}
