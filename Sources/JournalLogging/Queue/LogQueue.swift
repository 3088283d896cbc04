import Bytes
import Linux
import Logging
import Synchronization

/// A bounded queue of log records in front of a thread that may block, so that those who log never do.
///
/// Any thread may submit, flush and read the counts. A record is written into its thread's ring without a lock. The thread that
/// writes out starts with the first record, and ends when the queue has gone away and is empty.
final class LogQueue: Sendable {
    private let core: LogQueueCore

    /// Writes to what `makeOutput` makes, in the thread that writes; `now` tells microseconds since 1970.
    init(
        now: @escaping @Sendable () -> Int64, makeOutput: @escaping @Sendable () -> any LogOutput
    ) {
        core = LogQueueCore(now: now, makeOutput: makeOutput)
    }

    deinit {
        core.close()
    }

    /// Records that are lost, since the start.
    var droppedRecords: Int { core.drops.total }

    /// The memory that records wait in, for `LeftRecords` of a process that follows.
    func duplicateMemory() -> Descriptor? { core.rings.duplicateDescriptor() }

    /// Has what a process before left written, behind an entry that says so and in front of what is submitted.
    func submit(_ left: LeftRecords) {
        guard !left.records.isEmpty else { return }
        core.submit([left.notice(at: core.now())] + left.records)
    }

    /// Queues the record that `write` writes, or counts it as dropped where there is no room; never blocks.
    ///
    /// A part of the room is kept for what is more serious.
    func submit(_ level: Logger.Level, _ write: (inout OutputRawSpan) -> Bool) {
        core.submit(level, write)
    }

    /// Blocks the calling thread until all that was submitted before is written out; false after `timeout`.
    func flush(timeout: Duration) -> Bool {
        core.flush(timeout: timeout)
    }
}

/// Where the thread of a queue writes records; only that thread calls it.
protocol LogOutput {
    /// Writes a record, for as long as it takes; false where it is lost.
    func write(_ record: LogRecord) -> Bool
}
