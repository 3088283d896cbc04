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

    private let rings = ByteRings(name: "heliograph-log", count: ThreadNumber.count + 1, capacity: capacity)
    // Held while a record is copied into the shared ring.
    private let sharing = Mutex(())

    /// All of them; the first one is shared.
    var all: [ByteRing] { (0..<rings.count).map { rings[$0] } }

    /// Appends what `write` writes, and keeps `reserved` bytes free; false where there is no room.
    func append(reserving reserved: Int, _ write: (inout OutputRawSpan) -> Bool) -> Bool {
        let place = Int(ThreadNumber.current &+ 1)
        guard place > 0, place < rings.count else { return share(reserving: reserved, write) }
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
