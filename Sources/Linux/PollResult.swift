import CLinux
import Glibc

/// What a wait on a descriptor and a wake-up ended with; both may be true, none is a timeout.
package struct PollResult: Equatable, Sendable {
    /// Data, an end of file or an error waits to be read.
    package var readable: Bool
    /// The wake-up was signalled; it is still to be drained.
    package var signalled: Bool

    /// Blocks until `descriptor` is readable, `wakeUp` is signalled or the time is over (`nil`: no limit).
    package static func wait(
        for descriptor: borrowing Descriptor, or wakeUp: WakeUp, timeout: Duration? = nil
    ) throws(LinuxError) -> PollResult {
        var entries = (
            pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeUp.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        )
        let milliseconds = timeout?.wholeMilliseconds ?? -1
        _ = try check("poll") {
            unsafe withUnsafeMutableBytes(of: &entries) { bytes in
                unsafe poll(bytes.baseAddress?.assumingMemoryBound(to: pollfd.self), 2, milliseconds)
            }
        }
        return PollResult(readable: entries.0.revents != 0, signalled: entries.1.revents != 0)
    }
}

extension Duration {
    /// Rounded up and clamped to what `poll` and `epoll_wait` take, so that a short wait never spins.
    package var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard self > .zero else { return 0 }
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
