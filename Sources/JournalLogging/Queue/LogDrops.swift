import Logging
import Synchronization

/// How many records of each level are lost, since the start.
///
/// Any thread counts and reads; these are statistics that order nothing else, so relaxed is enough.
final class LogDrops: Sendable {
    private let counts = InlineArray<7, Atomic<Int>> { _ in Atomic(0) }

    /// Counts one.
    func count(_ level: Logger.Level) {
        counts[Int(RecordEncoder.number(of: level))].wrappingAdd(1, ordering: .relaxed)
    }

    /// Of all levels.
    var total: Int { perLevel.reduce(0, +) }

    /// By the number of the level.
    var perLevel: [Int] { counts.indices.map { counts[$0].load(ordering: .relaxed) } }
}
