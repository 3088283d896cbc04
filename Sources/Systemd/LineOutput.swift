import Glibc

/// Writes whole lines to a descriptor, where logs go that no journal takes; for one thread at a time.
package final class LineOutput {
    private let descriptor: Int32
    private let patienceMilliseconds: Int32
    private var endsMidLine = false

    /// Writes to a descriptor that stays open for as long as this exists, blocking or not.
    ///
    /// A line that a non-blocking descriptor does not take within `patience` is lost.
    package init(descriptor: Int32, patience: Duration = .seconds(5)) {
        self.descriptor = descriptor
        patienceMilliseconds = Int32(clamping: max(1, patience.wholeMicroseconds / 1000))
    }

    /// Writes a line, which ends with a line feed; false where it is lost.
    package func write(_ line: [UInt8]) -> Bool {
        // The rest of a line that was given up must not swallow this one.
        let line = endsMidLine ? [UInt8(ascii: "\n")] + line : line
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
        if written > 0 { endsMidLine = written < line.count }
        return written == line.count
    }

    private func canRetry(after code: Int32) -> Bool {
        guard code != EINTR else { return true }
        guard code == EAGAIN else { return false }
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&request, 1, patienceMilliseconds) > 0
    }
}
