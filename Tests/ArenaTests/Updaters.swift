import Glibc
import Synchronization
import Telemetry
import TestKit

@testable import Arena

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
    private let padding: Int
    private let tick = Atomic<UInt64>(1)
    private let begun = Atomic<UInt64>(0)
    private let finished = Atomic(0)
    private let rows = Atomic<UInt64>(0)
    private let state = Mutex<[Incarnation: UInt64]>([:])
    private let losses = Counter()

    /// The texts are longer by up to 200 times `padding`.
    init(table: Table, threads: Int, updates: Int, padding: Int = 0) {
        self.table = table
        self.padding = padding
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
            let number = Int.random(in: 0..<200, using: &random)
            let text = "row \(number)" + String(repeating: "x", count: number * padding)
            guard let incarnation = update(text) else { continue }
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
