import Linux
import LogTelemetry
import Logging

/// The last records of a process that ended before it wrote them, from the memory that it left.
///
/// One that was being written when the process ended may be in the log already.
struct LeftRecords {
    /// The oldest first.
    let records: [LogRecord]

    /// Of more records, the last ones are told.
    static let most = 1000

    /// - Throws: `LinuxError` where the memory is none that a queue had.
    init(in memory: consuming Descriptor) throws(LinuxError) {
        let rings = try ByteRings(takingOwnership: memory, capacity: LogRings.capacity)
        var found: [LogRecord] = []
        for place in 0..<rings.count {
            found += Self.records(of: rings[place])
            found.sort { $0.time < $1.time }
            found.removeFirst(max(0, found.count - Self.most))
        }
        records = found
    }

    private static func records(of ring: ByteRing) -> [LogRecord] {
        var found: [LogRecord] = []
        let end = ring.head
        var position = ring.tail
        while let next = ring.read(
            at: position, before: end,
            { bytes in
                if let record = RecordDecoder.record(in: bytes) { found.append(record) }
            })
        {
            position = next
        }
        return found
    }

    /// What says that they follow, where the last of them is to go.
    func notice(at time: Int64) -> LogRecord {
        var notice = LogRecord(
            ofLog: .warning, time: time,
            message:
                "The process before ended before it wrote its last \(grouped(records.count)) records, which follow.",
            id: .recordsLeft)
        notice.destination = records.last?.destination ?? 0
        return notice
    }
}
