import Linux

/// The thread of a queue: takes records out of the rings, in the order of their times, and writes them; first those that were left.
final class LogWriter {
    private let core: LogQueueCore
    private let output: any LogOutput
    private var repeats = RepeatLimit()
    private var notice = DropNotice()
    /// Where the last record went: what the log says of itself goes there too.
    private var lastDestination: UInt8 = 0
    /// Naps since the last record.
    private var naps = 0

    /// While it naps, it costs nobody who logs a system call to wake it.
    private static let nap = Duration.milliseconds(2)
    private static let napsBeforeSleep = 25

    /// What a round has to take from one ring.
    private struct Pending {
        let ring: ByteRing
        var position: UInt64
        let end: UInt64
        var record: LogRecord
    }

    init(core: LogQueueCore, output: any LogOutput) {
        self.core = core
        self.output = output
    }

    /// Runs until the queue is closed and empty.
    func run() {
        var finished = 0
        while true {
            let isClosed = core.isClosed
            let ticket = core.ticket
            let hasWritten = round()
            let isFlushed = isClosed || ticket > finished
            write(isFlushed ? repeats.all() : repeats.due(at: core.now()))
            if let lost = notice.due(core.drops.perLevel, at: core.now(), isLast: isFlushed) {
                var record = lost.record
                record.destination = lastDestination
                notice.tell(lost, isWritten: output.write(record))
            }
            core.finish(ticket)
            finished = ticket
            if hasWritten {
                naps = 0
            } else if isClosed {
                return
            } else {
                rest()
            }
        }
    }

    private func rest() {
        naps += 1
        guard naps > Self.napsBeforeSleep else { return core.nap(Self.nap) }
        let due = [repeats.nextDue, notice.nextDue].compactMap(\.self).min()
        core.sleep(timeout: due.map { .microseconds(max(0, $0 - core.now())) })
    }

    /// Writes all that was left or in the rings when it began; false where that was nothing.
    private func round() -> Bool {
        let left = core.takeLeft()
        for record in left { write(repeats.admit(record, at: core.now())) }
        var pending = core.rings.inUse.compactMap { ring -> Pending? in
            let tail = ring.tail
            return next(of: ring, at: tail, before: ring.head)
        }
        guard !pending.isEmpty else { return !left.isEmpty }
        while let oldest = pending.indices.min(by: { pending[$0].record.time < pending[$1].record.time }) {
            let current = pending[oldest]
            write(repeats.admit(current.record, at: core.now()))
            current.ring.take(upTo: current.position)
            if let following = next(of: current.ring, at: current.position, before: current.end) {
                pending[oldest] = following
            } else {
                pending.remove(at: oldest)
            }
        }
        return true
    }

    /// The next record of a ring, with the position behind it.
    private func next(of ring: ByteRing, at start: UInt64, before end: UInt64) -> Pending? {
        var start = start
        while start != end {
            var record: LogRecord?
            guard let position = ring.read(at: start, before: end, { record = RecordDecoder.record(in: $0) })
            else {
                // Nothing in here can be read: what follows is not known.
                ring.take(upTo: end)
                return nil
            }
            if let record { return Pending(ring: ring, position: position, end: end, record: record) }
            start = position
        }
        return nil
    }

    private func write(_ records: [LogRecord]) {
        for record in records {
            lastDestination = record.destination
            if !output.write(record) { core.drops.count(record.level) }
        }
    }
}
