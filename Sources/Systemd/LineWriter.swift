import Glibc
import Synchronization

/// Writes whole lines to a descriptor from one thread of its own: where logs go that no journal takes.
package struct LineWriter: Sendable {
    private let queue: QueuedWriter<[UInt8]>

    /// Writes to a descriptor that stays open for as long as the writer exists, blocking or not.
    ///
    /// A line that a non-blocking descriptor does not take within `patience` is dropped and counted.
    package init(
        descriptor: Int32, maximumEntries: Int = 8192, maximumBytes: Int = 8 << 20,
        patience: Duration = .seconds(5)
    ) {
        let output = LineOutput(descriptor: descriptor, patience: patience)
        queue = QueuedWriter(maximumEntries: maximumEntries, maximumBytes: maximumBytes) { line in
            output.write(line)
        }
    }

    /// Lines lost since the start because the queue was full or the descriptor failed.
    package var droppedEntries: Int { queue.droppedEntries }

    /// Queues one line, which ends with a line feed, or drops and counts it when the queue is full.
    package func submit(_ line: [UInt8]) {
        queue.submit(line, byteCount: line.count)
    }

    /// Blocks the calling thread until all lines submitted before are written; false after `timeout`.
    package func flush(timeout: Duration) -> Bool {
        queue.flush(timeout: timeout)
    }
}

private final class LineOutput: Sendable {
    private let descriptor: Int32
    private let patienceMilliseconds: Int32
    // Only the writer's thread touches it; atomic because the compiler cannot know that.
    private let endsMidLine = Atomic(false)

    init(descriptor: Int32, patience: Duration) {
        self.descriptor = descriptor
        patienceMilliseconds = Int32(clamping: max(1, patience.wholeMicroseconds / 1000))
    }

    func write(_ line: [UInt8]) -> Bool {
        // The rest of a line that was given up must not swallow this one.
        let line = endsMidLine.load(ordering: .relaxed) ? [UInt8(ascii: "\n")] + line : line
        var written = 0
        while written < line.count {
            let result = unsafe line.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), line.count - written)
            }
            if result >= 0 {
                written += result
            } else if !canRetry(after: errno) {
                break
            }
        }
        if written > 0 { endsMidLine.store(written < line.count, ordering: .relaxed) }
        return written == line.count
    }

    private func canRetry(after code: Int32) -> Bool {
        guard code != EINTR else { return true }
        guard code == EAGAIN else { return false }
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&request, 1, patienceMilliseconds) > 0
    }
}
