import Glibc
import Linux
import Logging
import Synchronization
import TestKit
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct LeftRecordsTests {
    /// Takes records, or none of them ever.
    private final class Sink: Sendable {
        let messages = Mutex<[String]>([])
        let destinations = Mutex<Set<UInt8>>([])
        let isStuck: Bool
        let never = Linux.Semaphore()

        init(isStuck: Bool = false) { self.isStuck = isStuck }

        func queue() -> LogQueue { LogQueue(now: { 0 }) { Output(sink: self) } }
    }

    private struct Output: LogOutput {
        let sink: Sink

        func write(_ record: LogRecord) -> Bool {
            if sink.isStuck { sink.never.wait() }
            sink.messages.withLock { $0.append(record.message) }
            sink.destinations.withLock { _ = $0.insert(record.destination) }
            return true
        }
    }

    private func log(_ message: String, time: Int64, to queue: LogQueue) {
        let encoder = RecordEncoder(
            label: "test", destination: 7, time: time, logger: [:], provided: [:], failure: nil, trace: nil)
        queue.submit(.info) { encoder.write(.example("\(message)"), to: &$0) }
    }

    private func left(of queue: LogQueue) throws -> LeftRecords {
        guard let memory = queue.duplicateMemory() else {
            throw LinuxError.call(operation: "dup", errno: EMFILE, context: "the log")
        }
        return try LeftRecords(in: memory)
    }

    @Test func theSuccessorLogsWhatWasNotWritten() throws {
        let before = Sink(isStuck: true)
        let ended = before.queue()
        for entry in 0..<3 { log("\(entry)", time: Int64(entry), to: ended) }
        let after = Sink()
        let queue = after.queue()
        queue.submit(try left(of: ended))
        #expect(queue.flush(timeout: .seconds(60)))
        #expect(
            after.messages.withLock { $0 } == [
                "The process before ended before it wrote its last 3 records, which follow.", "0", "1", "2",
            ])
        #expect(after.destinations.withLock { $0 } == [7])
        before.never.signal()
        before.never.signal()
        before.never.signal()
    }

    @Test func nothingIsLeftOfWhatWasWritten() throws {
        let before = Sink().queue()
        for entry in 0..<3 { log("\(entry)", time: Int64(entry), to: before) }
        #expect(before.flush(timeout: .seconds(60)))
        let after = Sink()
        let queue = after.queue()
        queue.submit(try left(of: before))
        #expect(queue.flush(timeout: .seconds(60)))
        #expect(after.messages.withLock { $0 }.isEmpty)
    }

    @Test func tellsTheLastOfMany() throws {
        let before = Sink(isStuck: true)
        let ended = before.queue()
        for entry in 0..<1500 { log("\(entry)", time: Int64(entry), to: ended) }
        let left = try self.left(of: ended)
        for _ in 0..<1500 { before.never.signal() }
        #expect(left.records.count == 1000)
        #expect(left.records.last?.message == "1499")
    }

    @Test func nothingIsLostOfMoreThanARingHolds() throws {
        let before = Sink(isStuck: true)
        let ended = before.queue()
        let long = String(repeating: "x", count: 2000)
        onThreadsTogether(2) { thread in
            for entry in 0..<300 {
                self.log("\(entry * 2 + thread) \(long)", time: Int64(entry * 2 + thread), to: ended)
            }
        }
        let after = Sink()
        let queue = after.queue()
        queue.submit(try left(of: ended))
        #expect(queue.flush(timeout: .seconds(60)))
        for _ in 0..<601 { before.never.signal() }
        let messages = after.messages.withLock { $0 }
        #expect(
            messages.first == "The process before ended before it wrote its last 600 records, which follow.")
        #expect(messages.dropFirst().map { $0.prefix { $0 != " " } } == (0..<600).map { "\($0)" })
        #expect(queue.droppedRecords == 0)
    }

    @Test func anotherFileIsRefused() throws {
        let memory = try SharedMemory(name: "small", size: 4096, reserve: 4096)
        #expect(throws: LinuxError.self) { try LeftRecords(in: try memory.descriptor.duplicate()) }
    }
}
