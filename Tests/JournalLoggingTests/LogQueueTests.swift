import Bytes
import Glibc
import Linux
import Logging
import Synchronization
import TestKit
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct LogQueueTests {
    /// Takes records, each when the test lets it, or at once.
    private final class Sink: Sendable {
        let written = Mutex<[LogRecord]>([])
        let isGated: Bool
        let arrived = Linux.Semaphore()
        let released = Linux.Semaphore()

        init(isGated: Bool = false) { self.isGated = isGated }

        var messages: [String] { written.withLock { $0.map(\.message) } }

        func queue() -> LogQueue { LogQueue(now: { 0 }) { Output(sink: self) } }
    }

    private struct Output: LogOutput {
        let sink: Sink

        func write(_ record: LogRecord) -> Bool {
            if sink.isGated {
                sink.arrived.signal()
                sink.released.wait()
            }
            sink.written.withLock { $0.append(record) }
            return record.message != "unwritable"
        }
    }

    private func log(
        _ message: String, _ level: Logger.Level = .info, metadata: Logger.Metadata = [:], time: Int64 = 0,
        to queue: LogQueue
    ) {
        let event = LogEvent(
            level: level, message: "\(message)", metadata: metadata, source: nil, file: "f", function: "g",
            line: 1)
        let encoder = RecordEncoder(
            label: "test", destination: 7, time: time, logger: [:], provided: [:], failure: nil,
            trace: nil)
        queue.submit(level) { encoder.write(event, to: &$0) }
    }

    @Test func writesInOrder() {
        let sink = Sink()
        let queue = sink.queue()
        for entry in 0..<5000 { log("\(entry)", to: queue) }
        #expect(queue.flush(timeout: .seconds(60)))
        #expect(sink.messages == (0..<5000).map(String.init))
        #expect(queue.droppedRecords == 0)
    }

    @Test func writesWhatThreadsLoggedInTheOrderOfTheirTimes() {
        let sink = Sink(isGated: true)
        let queue = sink.queue()
        log("held", to: queue)
        sink.arrived.wait()
        let turn = Atomic(0)
        onThreads(4) { thread in
            for entry in 0..<100 {
                let time = entry * 4 + thread
                while turn.load(ordering: .acquiring) != time { sched_yield() }
                self.log("\(entry)", time: Int64(time), to: queue)
                turn.store(time + 1, ordering: .releasing)
            }
        }
        for _ in 0..<401 { sink.released.signal() }
        #expect(queue.flush(timeout: .seconds(60)))
        let times = sink.written.withLock { $0.dropFirst().map(\.time) }
        #expect(times.count == 400)
        #expect(times == times.sorted())
    }

    @Test func accountsForEveryRecordOfManyThreads() {
        let sink = Sink()
        let queue = sink.queue()
        onThreads(4) { thread in
            for entry in 0..<20_000 { self.log("\(thread) \(entry)", to: queue) }
        }
        #expect(queue.flush(timeout: .seconds(60)))
        let written = sink.written.withLock { $0.filter { $0.label == "test" } }
        #expect(written.count + queue.droppedRecords == 80_000)
        for thread in 0..<4 {
            let mine = written.map(\.message).filter { $0.hasPrefix("\(thread) ") }
            #expect(mine == mine.sorted { Int($0.dropFirst(2)) ?? 0 < Int($1.dropFirst(2)) ?? 0 })
        }
    }

    @Test func keepsRoomForWhatIsMoreSerious() throws {
        let sink = Sink(isGated: true)
        let queue = sink.queue()
        log("held", to: queue)
        sink.arrived.wait()
        for level in [Logger.Level.debug, .info, .warning] {
            let before = queue.droppedRecords
            while queue.droppedRecords == before { log("full of \(level)", level, to: queue) }
        }
        log("seen", .error, to: queue)
        #expect(queue.droppedRecords == 3)
        // More than there can be.
        for _ in 0..<50_000 { sink.released.signal() }
        #expect(queue.flush(timeout: .seconds(60)))
        #expect(sink.messages.contains("seen"))
        let notice = try #require(sink.written.withLock { $0.last { $0.label == "heliograph.log" } })
        #expect(notice.message == "3 log records were lost: 1 debug, 1 info, 1 warning.")
        // It goes where the records go.
        #expect(notice.destination == 7)
    }

    @Test func countsWhatCouldNotBeWritten() {
        let sink = Sink()
        let queue = sink.queue()
        log("unwritable", .error, to: queue)
        #expect(queue.flush(timeout: .seconds(60)))
        #expect(queue.droppedRecords == 1)
        #expect(sink.messages == ["unwritable", "1 log records were lost: 1 error."])
    }

    @Test func saysHowOftenARecordWasRepeatedByTheEndOfAFlush() {
        let sink = Sink()
        let queue = sink.queue()
        for _ in 0..<30 { log("again", to: queue) }
        #expect(queue.flush(timeout: .seconds(60)))
        #expect(sink.messages == Array(repeating: "again", count: 10) + ["Repeated 20 times: again"])
    }

    @Test func flushGivesUpWhileTheOutputBlocks() {
        let sink = Sink(isGated: true)
        let queue = sink.queue()
        log("one", to: queue)
        #expect(!queue.flush(timeout: .milliseconds(1)))
        sink.released.signal()
        #expect(queue.flush(timeout: .seconds(60)))
    }

    @Test func writesWhatIsQueuedWhenTheQueueGoesAway() {
        let sink = Sink(isGated: true)
        do {
            let queue = sink.queue()
            for entry in 0..<3 { log("\(entry)", to: queue) }
        }
        for _ in 0..<3 {
            sink.released.signal()
            #expect(sink.arrived.wait(timeout: .seconds(60)))
        }
    }

    /// Logs when it is described.
    private struct Talkative: CustomStringConvertible, Sendable {
        let log: @Sendable () -> Void

        var description: String {
            log()
            return "described"
        }
    }

    @Test func takesWhatIsLoggedWhileARecordIsWritten() {
        let sink = Sink()
        let queue = sink.queue()
        let talkative = Talkative { self.log("inner", to: queue) }
        log("outer", metadata: ["k": .stringConvertible(talkative)], to: queue)
        #expect(queue.flush(timeout: .seconds(60)))
        #expect(sink.messages.sorted() == ["inner", "outer"])
    }

    @Test func takesWhatMoreThreadsLogThanHaveANumber() {
        let sink = Sink()
        let queue = sink.queue()
        onThreadsTogether(150) { self.log("\($0)", to: queue) }
        #expect(queue.flush(timeout: .seconds(60)))
        #expect(Set(sink.messages) == Set((0..<150).map(String.init)))
    }

    @Test func aRecordThatComesWhileNobodyWaitsWakesTheThread() {
        let sink = Sink(isGated: true)
        let queue = sink.queue()
        for entry in 0..<3 {
            log("\(entry)", to: queue)
            #expect(sink.arrived.wait(timeout: .seconds(60)))
            sink.released.signal()
            // Long enough for the thread to sleep sometimes; whatever it does, the next record arrives.
            _ = Linux.Semaphore().wait(timeout: .milliseconds(100))
        }
    }
}
