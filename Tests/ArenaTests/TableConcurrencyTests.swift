import Synchronization
import Telemetry
import Testing

@testable import Arena

struct TableConcurrencyTests {
    /// A table whose memory is taken back when no reader is left.
    private func sharedTable(cellCount: Int) throws -> Table {
        Table(arena: try Arena(), cellCount: cellCount) { ReadDomain.shared.retire($0) }
    }

    @Test func countsExactlyWhileEightThreadsInsert() throws {
        let table = try sharedTable(cellCount: 2)
        onThreads(8) { thread in
            var random = SeededGenerator(seed: UInt64(thread))
            for _ in 0..<20_000 {
                let number = UInt64.random(in: 0..<3000, using: &random)
                ReadDomain.shared.read {
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
                let now = updaters.tick.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
                ReadDomain.shared.read { _ = table.sweep(now: now, lifetime: Updaters.lifetime) }
            }
        }
        #expect(updaters.lostTooEarly == 0)
        #expect(updaters.expired > 0)
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
            for number in 0..<5000 as Range<UInt64> {
                let text = "\(thread) \(number % 50)"
                ReadDomain.shared.read {
                    if let row = try? table.insert(text, initial: 42) { row.cell(1).bits = 42 }
                }
                ReadDomain.shared.read { _ = table.remove(text) }
            }
            done.wrappingAdd(1, ordering: .relaxed)
        } meanwhile: {
            while done.load(ordering: .relaxed) < 4 {
                ReadDomain.shared.read {
                    table.forEach { row in
                        let isWhole = row.withText(cellCount: 2) { (3...4).contains($0.byteCount) }
                        if !isWhole || row.cell(1).bits % 42 != 0 { torn.add() }
                    }
                }
            }
        }
        #expect(torn.value == 0)
        #expect(table.count == 0)
        ReadDomain.shared.reclaim()
    }

    @Test func givesPinsOnLiveRowsOnly() throws {
        let table = try sharedTable(cellCount: 1)
        let done = Atomic(false)
        let removedWhilePinned = Counter()
        onThreads(2) { thread in
            if thread == 0 {
                for _ in 0..<20_000 {
                    ReadDomain.shared.read {
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
                    ReadDomain.shared.read { _ = table.remove("a") }
                }
            }
        }
        #expect(removedWhilePinned.value == 0)
    }
}

/// Threads that count into rows which expire meanwhile, as recording does: add, then touch, then again elsewhere where
/// the row was removed.
final class Updaters: Sendable {
    static let lifetime: UInt64 = 2

    struct Incarnation: Hashable {
        let text: String
        let created: UInt64
    }

    let tick = Atomic<UInt64>(1)
    private let table: Table
    private let threads: Int
    private let updates: Int
    private let finished = Atomic(0)
    private let state = Mutex<[Incarnation: UInt64]>([:])
    private let tooEarly = Counter()
    private let ends = Counter()

    init(table: Table, threads: Int, updates: Int) {
        self.table = table
        self.threads = threads
        self.updates = updates
    }

    var areDone: Bool { finished.load(ordering: .acquiring) == threads }
    /// Rows that had ended sooner than their lifetime after an update was accepted.
    var lostTooEarly: Int { tooEarly.value }
    /// Rows that ended between two updates of one thread.
    var expired: Int { ends.value }
    var accepted: [Incarnation: UInt64] { state.withLock { $0 } }

    func run(_ thread: Int) {
        var random = SeededGenerator(seed: UInt64(thread))
        var counts: [Incarnation: UInt64] = [:]
        var last: [String: (incarnation: Incarnation, tick: UInt64)] = [:]
        for _ in 0..<updates {
            let text = "row \(UInt64.random(in: 0..<200, using: &random))"
            let before = tick.load(ordering: .sequentiallyConsistent)
            guard let incarnation = update(text) else { continue }
            if let (known, tick) = last[text], known != incarnation {
                ends.add()
                if incarnation.created < tick + Self.lifetime { tooEarly.add() }
            }
            last[text] = (incarnation, before)
            counts[incarnation, default: 0] += 1
        }
        state.withLock { $0.merge(counts, uniquingKeysWith: +) }
        finished.wrappingAdd(1, ordering: .releasing)
    }

    /// Counts once, and says in which row.
    private func update(_ text: String) -> Incarnation? {
        ReadDomain.shared.read {
            while true {
                let now = tick.load(ordering: .sequentiallyConsistent)
                guard let row = try? table.find(text) ?? table.insert(text, now: now) else { return nil }
                row.cell(0).add(1 as UInt64)
                if row.touch() { return Incarnation(text: text, created: row.created) }
            }
        }
    }
}
