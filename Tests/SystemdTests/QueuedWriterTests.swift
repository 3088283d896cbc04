import Linux
import Synchronization
import Testing

@testable import Systemd

@Suite(.timeLimit(.minutes(5)))
struct QueuedWriterTests {
    /// Takes entries one at a time, each when the test lets it.
    private final class Gate: Sendable {
        let arrived = Semaphore()
        let released = Semaphore()
        let delivered = Mutex<[Int]>([])

        func deliver(_ entry: Int) -> Bool {
            arrived.signal()
            released.wait()
            delivered.withLock { $0.append(entry) }
            return true
        }
    }

    @Test func deliversInOrder() {
        let delivered = Mutex<[Int]>([])
        let writer = QueuedWriter<Int> { entry in
            delivered.withLock { $0.append(entry) }
            return true
        }
        for entry in 0..<1000 { writer.submit(entry, byteCount: 1) }
        #expect(writer.flush(timeout: .seconds(60)))
        #expect(delivered.withLock { $0 } == Array(0..<1000))
        #expect(writer.droppedEntries == 0)
    }

    @Test func dropsWhatExceedsTheNumberOfEntries() {
        let gate = Gate()
        let writer = QueuedWriter(maximumEntries: 3, deliver: gate.deliver)
        writer.submit(0, byteCount: 1)
        #expect(gate.arrived.wait(timeout: .seconds(60)))
        for entry in 1...5 { writer.submit(entry, byteCount: 1) }
        #expect(writer.droppedEntries == 3)
        for _ in 0..<3 { gate.released.signal() }
        #expect(writer.flush(timeout: .seconds(60)))
        #expect(gate.delivered.withLock { $0 } == [0, 1, 2])
    }

    @Test func dropsWhatExceedsTheBytesAndTakesSmallerOnesStill() {
        let gate = Gate()
        let writer = QueuedWriter(maximumBytes: 100, deliver: gate.deliver)
        writer.submit(0, byteCount: 60)
        writer.submit(1, byteCount: 41)
        writer.submit(2, byteCount: 40)
        #expect(writer.droppedEntries == 1)
        for _ in 0..<2 { gate.released.signal() }
        #expect(writer.flush(timeout: .seconds(60)))
        #expect(gate.delivered.withLock { $0 } == [0, 2])
    }

    @Test func hasRoomAgainOnceDelivered() {
        let writer = QueuedWriter<Int>(maximumEntries: 1, maximumBytes: 10) { _ in true }
        for entry in 0..<5 {
            writer.submit(entry, byteCount: 10)
            #expect(writer.flush(timeout: .seconds(60)))
        }
        #expect(writer.droppedEntries == 0)
    }

    @Test func flushGivesUpWhileDeliveryBlocks() {
        let gate = Gate()
        let writer = QueuedWriter(deliver: gate.deliver)
        writer.submit(0, byteCount: 1)
        #expect(!writer.flush(timeout: .milliseconds(1)))
        gate.released.signal()
        #expect(writer.flush(timeout: .seconds(60)))
    }

    @Test func countsWhatCouldNotBeDelivered() {
        let writer = QueuedWriter<Int> { $0.isMultiple(of: 2) }
        for entry in 0..<10 { writer.submit(entry, byteCount: 1) }
        #expect(writer.flush(timeout: .seconds(60)))
        #expect(writer.droppedEntries == 5)
    }

    @Test func deliversWhatIsQueuedWhenTheWriterGoesAway() {
        let gate = Gate()
        do {
            let writer = QueuedWriter(deliver: gate.deliver)
            for entry in 0..<3 { writer.submit(entry, byteCount: 1) }
        }
        for _ in 0..<3 {
            gate.released.signal()
            #expect(gate.arrived.wait(timeout: .seconds(60)))
        }
    }

    @Test func accountsForEveryEntryOfManySubmitters() async {
        let delivered = Mutex(0)
        let writer = QueuedWriter<Int>(maximumEntries: 64) { _ in
            delivered.withLock { $0 += 1 }
            return true
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for entry in 0..<2500 { writer.submit(entry, byteCount: 1) }
                }
            }
        }
        #expect(writer.flush(timeout: .seconds(60)))
        #expect(delivered.withLock { $0 } + writer.droppedEntries == 10_000)
    }
}
