import CLinux
import Glibc

extension Descriptor {
    /// Blocks until one of `events` (POLLIN, POLLOUT) or an error is there; false past the deadline (`nil`: none).
    borrowing func wait(
        for events: Int32, until deadline: ContinuousClock.Instant?
    ) throws(LinuxError) -> Bool {
        if let deadline, deadline <= .now { return false }
        var entry = pollfd(fd: rawValue, events: Int16(events), revents: 0)
        return try check("poll") {
            let milliseconds = deadline.map { max(.zero, $0 - .now).wholeMilliseconds } ?? -1
            return unsafe poll(&entry, 1, milliseconds)
        } > 0
    }
}
