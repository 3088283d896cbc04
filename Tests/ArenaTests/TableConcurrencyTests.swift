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

    @Test func losesNoAcceptedUpdateWhileRowsExpire() throws {
        let table = try sharedTable(cellCount: 1)
        let updaters = Updaters(table: table, threads: 8, updates: 5000)
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

/// Threads that count into rows which expire meanwhile, as recording does: add, then touch, then again elsewhere where
/// the row was removed.
final class Updaters: Sendable {
    /// In ticks.
    static let lifetime: UInt64 = 2

    struct Incarnation: Hashable {
        let text: String
        let created: UInt64
    }

    private let table: Table
    private let threads: Int
    private let updates: Int
    private let tick = Atomic<UInt64>(1)
    private let begun = Atomic<UInt64>(0)
    private let finished = Atomic(0)
    private let rows = Atomic<UInt64>(0)
    private let state = Mutex<[Incarnation: UInt64]>([:])
    private let losses = Counter()

    init(table: Table, threads: Int, updates: Int) {
        self.table = table
        self.threads = threads
        self.updates = updates
    }

    var areDone: Bool { finished.load(ordering: .acquiring) == threads }
    /// Updates that were accepted, though their row was gone before its lifetime.
    var lost: Int { losses.value }
    var rowCount: UInt64 { rows.load(ordering: .relaxed) }
    var accepted: [Incarnation: UInt64] { state.withLock { $0 } }

    /// The time that begins when there were enough updates since the last one, so that most rows live for a few ticks.
    func nextTick() -> UInt64 {
        spin {
            areDone || begun.load(ordering: .relaxed) >= tick.load(ordering: .relaxed) * 100
        }
        return tick.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
    }

    func run(_ thread: Int) {
        var random = SeededGenerator(seed: UInt64(thread))
        var counts: [Incarnation: UInt64] = [:]
        for _ in 0..<updates {
            guard let incarnation = update("row \(UInt64.random(in: 0..<200, using: &random))") else {
                continue
            }
            counts[incarnation, default: 0] += 1
        }
        state.withLock { $0.merge(counts, uniquingKeysWith: +) }
        finished.wrappingAdd(1, ordering: .releasing)
    }

    /// Counts once, and says in which row.
    private func update(_ text: String) -> Incarnation? {
        ReclamationDomain.shared.read {
            while true {
                let number = begun.wrappingAdd(1, ordering: .relaxed).newValue
                guard let row = try? table.find(text) ?? table.insert(text, now: serial()) else { return nil }
                // So that rows end here too, and are not another's before this is done with them.
                for _ in 0..<(number % 8) { sched_yield() }
                let before = tick.load(ordering: .sequentiallyConsistent)
                row.cell(0).add(1 as UInt64)
                guard row.touch() else { continue }
                if table.find(text)?.isSame(as: row) != true,
                    tick.load(ordering: .sequentiallyConsistent) < before + Self.lifetime
                {
                    losses.add()
                }
                return Incarnation(text: text, created: row.created)
            }
        }
    }

    /// A number of its own for each row, which stands for the time of its creation here.
    private func serial() -> UInt64 { rows.wrappingAdd(1, ordering: .relaxed).newValue }
}
