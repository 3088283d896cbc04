import CLinux
import Telemetry
package import TelemetryMetrics

/// What the allocator of the C library, which Swift's objects come from, says of the heap.
///
/// Asking costs as much as there are free blocks: microseconds usually, but 150 ms where half a million blocks lie freed
/// between others. So it is not part of a scrape, but of a poll, for those who want it.
package struct HeapStatistics: Sendable, Equatable {
    /// Bytes that are allocated, with what the threads' caches keep for the next allocation.
    package let usedBytes: UInt64
    /// Bytes that the allocator took from the system and did not give back, used or not.
    package let heldBytes: UInt64

    /// Asks the allocator, which locks its arenas one after another meanwhile; nil where another one took its place; see
    /// mallinfo(3).
    package init?() {
        let info = mallinfo2()
        self.init(used: Int(info.uordblks), arenas: Int(info.arena), mapped: Int(info.hblkhd))
    }

    /// Takes bytes in use in arenas, of arenas, and of large blocks, which have mappings of their own.
    init?(used: Int, arenas: Int, mapped: Int) {
        guard arenas + mapped > 0 else { return nil }
        usedBytes = UInt64(clamping: used + mapped)
        heldBytes = UInt64(clamping: arenas + mapped)
    }
}

extension HeapStatistics {
    private static let counted = Event<HeapStatistics>("swift.runtime.heap")

    /// Asks the allocator twice a minute.
    package static let poll = Poll("swift_runtime_heap", every: .seconds(30)) {
        if let statistics = HeapStatistics() { counted.emit(eagerly: statistics) }
    }

    /// What is made of its answers.
    package static var metrics: MetricSet {
        MetricSet {
            Gauge(
                "swift_runtime_heap_used_bytes", "Memory allocated on the heap, counted twice a minute.",
                of: counted, observing: \.usedBytes)
            Gauge(
                "swift_runtime_heap_held_bytes",
                "Memory that the allocator took from the system and did not give back.", of: counted,
                observing: \.heldBytes)
        }
    }
}
