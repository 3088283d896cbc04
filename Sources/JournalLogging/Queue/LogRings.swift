import Bytes
import Linux
import Synchronization
import Threads

/// The memory of a queue: a ring for each thread that logs, which it takes by its number, and one that the others share.
///
/// So threads that log at the same time share no lock and no line of the cache.
final class LogRings: Sendable {
    /// Bytes of records in each ring.
    static let capacity = 1 << 20

    private let rings = ByteRings(name: "log-records", count: ThreadNumber.count + 1, capacity: capacity)
    // Held while a record is copied into the shared ring.
    private let sharing = Mutex(())
    /// How many rings may have a record: to look at one takes a page of memory.
    private let used = Atomic(1)

    /// Their memory, for `LeftRecords` of a process that follows; nil where it can't be passed on.
    func duplicateDescriptor() -> Descriptor? { rings.duplicateDescriptor() }

    /// Those that may have a record; the first one is shared.
    var inUse: [ByteRing] {
        // In one order with the positions of the rings and what says whether the thread sleeps, see `LogQueueCore`.
        (0..<used.load(ordering: .sequentiallyConsistent)).map { rings[$0] }
    }

    /// Whether no record waits.
    var isEmpty: Bool { inUse.allSatisfy { $0.head == $0.tail } }

    /// Appends what `write` writes, and keeps `reserved` bytes free; false where there is no room.
    func append(reserving reserved: Int, _ write: (inout OutputRawSpan) -> Bool) -> Bool {
        let place = Int(ThreadNumber.current &+ 1)
        guard place > 0, place < rings.count else { return share(reserving: reserved, write) }
        if place >= used.load(ordering: .relaxed) { used.max(place + 1, ordering: .sequentiallyConsistent) }
        let ring = rings[place]
        var isAppended = false
        if ring.appending({ isAppended = ring.append(reserving: reserved, write) }) { return isAppended }
        return share(reserving: reserved, write)
    }

    /// For a thread without a number, and for what is logged while another record is written in the same thread.
    private func share(reserving reserved: Int, _ write: (inout OutputRawSpan) -> Bool) -> Bool {
        // First elsewhere, as it may run code of the application, which may log.
        withScratch(byteCount: Self.capacity) { written in
            guard write(&written) else { return false }
            return sharing.withLock { _ in
                rings[0].append(reserving: reserved) { $0.put(written.bytes) }
            }
        }
    }
}
