package import Arena
import Bytes
import Synchronization
import Telemetry
package import TelemetryMetrics

/// Inputs that were in work when a process ended: one that was at two ends in a row is refused from then on.
///
/// An input is known by the hash of its bytes, whoever sends it. At most 16 are remembered, in the arena, so that successors know them;
/// the one that is longest there makes room. Thread-safe: without suspects, as nearly always, asking is one load.
package final class SuspectInputs: Sendable {
    private struct Suspect {
        let hash: UInt64
        var ends: UInt64
    }

    /// What a process was at when it ended.
    package struct Found: Equatable, Sendable {
        /// The beginning of the input, in printable ASCII.
        package let text: String
        /// How many ends in a row it was at.
        package let ends: UInt64
        /// Whether it is refused from now on.
        package var isRefused: Bool { ends >= SuspectInputs.deadliest }
    }

    /// What the predecessor was at.
    package let found: [Found]
    private let arena: Arena
    private let record: Record
    private let suspects: Mutex<[Suspect]>
    private let count: Atomic<Int>

    private static let limit = 16
    /// At so many ends of a process an input is taken for their cause.
    private static let deadliest = 2

    /// Goes on with what `predecessor` knew, and with what it was at when it ended.
    ///
    /// - Throws: `ArenaError` where there is no memory.
    package init(_ store: MetricStore, after predecessor: ForeignArena?) throws(ArenaError) {
        arena = store.arena
        record = try arena.makeRecord(.suspects, words: Self.limit * 2, payload: [])
        var found: [Found] = []
        var known = predecessor.map { Self.known(in: $0) } ?? []
        for input in predecessor?.inputsInWork() ?? [] {
            let hash = input.withBytes(in: 0..<input.count) { store.arena.hash(of: $0) }
            let ends = (known.first { $0.hash == hash }?.ends ?? 0) + 1
            known.removeAll { $0.hash == hash }
            known.append(Suspect(hash: hash, ends: ends))
            let text = input.withBytes(in: 0..<input.count) { RejectedLines.shown($0, from: 0) }
            found.append(Found(text: text, ends: ends))
        }
        self.found = found
        known = known.suffix(Self.limit)
        suspects = Mutex(known)
        count = Atomic(known.count)
        write(known)
    }

    deinit { arena.remove(record) }

    /// Whether the input is to be refused.
    func refuses(_ input: RawSpan) -> Bool {
        guard count.load(ordering: .relaxed) > 0 else { return false }
        let hash = arena.hash(of: input)
        return suspects.withLock { $0.contains { $0.hash == hash && $0.ends >= Self.deadliest } }
    }

    /// Says that the input was worked through: an end of a process at it was a chance, and the state is no reason for one.
    func passed(_ input: RawSpan) {
        arena.succeed()
        guard count.load(ordering: .relaxed) > 0 else { return }
        let hash = arena.hash(of: input)
        suspects.withLock { suspects in
            suspects.removeAll { $0.hash == hash }
            count.store(suspects.count, ordering: .relaxed)
            write(suspects)
        }
    }

    private func write(_ suspects: [Suspect]) {
        for place in 0..<Self.limit {
            let suspect = place < suspects.count ? suspects[place] : Suspect(hash: 0, ends: 0)
            record.word(place * 2).publish(suspect.hash)
            record.word(place * 2 + 1).publish(suspect.ends)
        }
    }

    private static func known(in predecessor: ForeignArena) -> [Suspect] {
        predecessor.records(of: .suspects).found.filter { $0.words.count == limit * 2 }
            .flatMap { record in
                stride(from: 0, to: limit * 2, by: 2).map {
                    Suspect(hash: record.words[$0], ends: min(record.words[$0 + 1], 1 << 16))
                }
            }
            .filter { $0.ends > 0 }
    }
}
