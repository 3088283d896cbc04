import Bytes
import Linux
import LogTelemetry
import Logging

/// The last records of a process that ended before it wrote them, from the memory that it left.
///
/// One that was being written when the process ended may be in the log already.
struct LeftRecords {
    /// As `RecordEncoder` wrote them, the oldest first.
    let records: [[UInt8]]
    /// Where the last of them was to go.
    private let destination: UInt8

    private struct Found {
        let time: Int64
        let destination: UInt8
        let bytes: [UInt8]
    }

    /// Of more records, the last ones are told.
    static let most = 1000

    /// - Throws: `LinuxError` where the memory is none that a queue had.
    init(in memory: consuming Descriptor) throws(LinuxError) {
        let rings = try ByteRings(takingOwnership: memory, capacity: LogRings.capacity)
        var found: [Found] = []
        for place in 0..<rings.count {
            found += Self.records(of: rings[place])
            found.sort { $0.time < $1.time }
            found.removeFirst(max(0, found.count - Self.most))
        }
        records = found.map(\.bytes)
        destination = found.last?.destination ?? 0
    }

    private static func records(of ring: ByteRing) -> [Found] {
        var found: [Found] = []
        let end = ring.head
        var position = ring.tail
        while let next = ring.read(
            at: position, before: end,
            { bytes in
                guard let record = RecordDecoder.record(in: bytes) else { return }
                var copy: [UInt8] = []
                bytes.append(0..<bytes.byteCount, to: &copy)
                found.append(Found(time: record.time, destination: record.destination, bytes: copy))
            })
        {
            position = next
        }
        return found
    }

    /// Writes what says that they follow.
    func notice(at time: Int64, to span: inout OutputRawSpan) -> Bool {
        let message: Logger.Message =
            "The process before ended before it wrote its last \(grouped(records.count)) records, which follow."
        let event = LogEvent(
            level: .warning, message: message, metadata: LogMessage.recordsLeft.metadata(),
            source: nil, file: #fileID, function: #function, line: #line)
        let encoder = RecordEncoder(
            label: "heliograph.log", destination: destination, time: time, logger: [:], provided: [:],
            failure: nil,
            trace: nil)
        return encoder.write(event, to: &span)
    }
}
