import Arena
import Synchronization

/// What the series and names of a store take together, beside what they may.
///
/// Thread-safe, and without a lock. Memory is counted by the arena, names in the heap included; samples are counted here.
/// Three bounds on memory follow one another, so that what exists still works where nothing new is taken: see
/// docs/decisions/0014-one-budget.md.
package final class StoreBudget: Sendable {
    /// What series and names may take.
    package let limits: StoreLimits
    /// From here on there are no new series, names, thread copies or exemplars.
    package let memoryMark: Int

    private let arena: Arena
    private let sampleCount = Atomic<Int>(0)
    private let refusedByMemory = Atomic<UInt64>(0)
    private let refusedBySamples = Atomic<UInt64>(0)

    init(_ limits: StoreLimits, arena: Arena) {
        self.limits = limits
        self.arena = arena
        // An eighth is for what existing series still come to need: buckets, mostly.
        memoryMark = arena.limit - arena.limit / 8
    }

    /// Bytes of memory that series and names take.
    package var memory: Int { arena.used }

    /// Samples that a page would show.
    package var samples: Int { max(sampleCount.load(ordering: .relaxed), 0) }

    /// How often a limit refused a new label set or name, or an observation its bucket.
    package func refusals(by limit: StoreLimits.Name) -> UInt64 {
        switch limit {
        case .memory: refusedByMemory.load(ordering: .relaxed)
        case .samples: refusedBySamples.load(ordering: .relaxed)
        }
    }

    /// Whether there is memory for what is new or could be done without.
    var hasMemory: Bool { arena.used < memoryMark }

    /// Which limit leaves no room for a new name; nil for none.
    package var limitReached: StoreLimits.Name? {
        guard hasMemory else { return .memory }
        return samples < limits.samples ? nil : .samples
    }

    /// Reserves samples for a new series; false, counted, past the limit.
    func take(samples: Int) -> Bool {
        var known = sampleCount.load(ordering: .relaxed)
        while true {
            let (sum, isTooLarge) = known.addingReportingOverflow(samples)
            guard !isTooLarge, sum <= limits.samples else {
                refuse(by: .samples)
                return false
            }
            let (exchanged, original) = sampleCount.weakCompareExchange(
                expected: known, desired: sum, ordering: .relaxed)
            if exchanged { return true }
            known = original
        }
    }

    /// Counts samples that there are more, or fewer, than before.
    func add(samples: Int) { sampleCount.wrappingAdd(samples, ordering: .relaxed) }

    /// Counts a refusal.
    package func refuse(by limit: StoreLimits.Name) {
        switch limit {
        case .memory: refusedByMemory.wrappingAdd(1, ordering: .relaxed)
        case .samples: refusedBySamples.wrappingAdd(1, ordering: .relaxed)
        }
    }
}
