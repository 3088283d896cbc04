import CSystemd
import Glibc

/// Sends entries to journald over its native protocol, from one thread of its own.
///
/// `sd_journal_sendv` blocks while journald is slow and reports success when journald is absent: hence the
/// queue, and the look at the socket before each entry.
package struct JournalWriter: Sendable {
    private let queue: QueuedWriter<JournalEntry>

    /// Holds at most that many entries and bytes while journald is slow.
    package init(maximumEntries: Int = 8192, maximumBytes: Int = 8 << 20) {
        queue = QueuedWriter(
            maximumEntries: maximumEntries, maximumBytes: maximumBytes, deliver: sendToJournal)
    }

    /// Entries lost since the start because the queue was full or journald absent.
    package var droppedEntries: Int { queue.droppedEntries }

    /// Queues an entry, or drops and counts it when the queue is full; never blocks.
    package func submit(_ entry: JournalEntry) {
        queue.submit(entry, byteCount: entry.byteCount)
    }

    /// Blocks the calling thread until all entries submitted before are sent; false after `timeout`.
    package func flush(timeout: Duration) -> Bool {
        queue.flush(timeout: timeout)
    }
}

private func sendToJournal(_ entry: JournalEntry) -> Bool {
    guard JournalConnection.hasSocket else { return false }
    return unsafe entry.bytes.withUnsafeBytes { buffer in
        var start = 0
        let vectors = unsafe entry.ends.map { end in
            defer { start = end }
            // The field is const in every way but its type: journald's client only reads it.
            let base = unsafe UnsafeMutableRawPointer(mutating: buffer.baseAddress)
            return unsafe iovec(iov_base: base?.advanced(by: start), iov_len: end - start)
        }
        return unsafe sd_journal_sendv(vectors, Int32(vectors.count)) >= 0
    }
}
