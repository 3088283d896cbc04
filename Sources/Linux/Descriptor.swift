import CLinux
import Glibc

/// The only owner of a file descriptor, closed when the value ends.
package struct Descriptor: ~Copyable, Sendable {
    /// Valid while this value lives; never close it.
    package let rawValue: Int32

    /// Takes over `rawValue`, which nobody else may close from now on.
    package init(takingOwnership rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// Another descriptor (close-on-exec) of the same open file.
    package borrowing func duplicate() throws(LinuxError) -> Descriptor {
        let raw = rawValue
        return Descriptor(takingOwnership: try check("dup") { clinux_duplicate(raw) })
    }

    /// Reads into `buffer` what is there, at most its size: 0 at the end, `nil` when nothing waits; a reset is an error.
    package borrowing func read(into buffer: inout [UInt8]) throws(LinuxError) -> Int? {
        while true {
            let count = unsafe Glibc.read(rawValue, &buffer, buffer.count)
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: return nil
            case let code: throw .call(operation: "read", errno: code, context: "descriptor \(rawValue)")
            }
        }
    }

    /// Gives the descriptor away: whoever takes the result must close it.
    package consuming func release() -> Int32 {
        let raw = rawValue
        discard self
        return raw
    }

    // close(2): on Linux the descriptor is gone even after EINTR, so it is never retried.
    deinit { _ = close(rawValue) }
}

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
