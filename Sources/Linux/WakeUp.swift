import CLinux
import Glibc

/// Wakes a thread that waits in `ppoll` or `epoll`: an eventfd, callable from any thread.
package final class WakeUp: Sendable {
    package let descriptor: Descriptor

    /// Throws when the process is out of descriptors.
    package init() throws(LinuxError) {
        let raw = try check("eventfd") { eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)) }
        descriptor = Descriptor(takingOwnership: raw)
    }

    /// Makes the descriptor readable until the next `drain`; never blocks.
    package func signal() {
        var one: UInt64 = 1
        // The write can only fail with EAGAIN, when it is readable anyway.
        unsafe _ = write(descriptor.rawValue, &one, MemoryLayout<UInt64>.size)
    }

    /// Resets it; answers how many signals came since the last time, 0 if none did.
    @discardableResult
    package func drain() -> UInt64 {
        var count: UInt64 = 0
        let read = unsafe read(descriptor.rawValue, &count, MemoryLayout<UInt64>.size)
        return read == MemoryLayout<UInt64>.size ? count : 0
    }

    /// Blocks the calling thread until it is signalled, and resets it; not for the cooperative pool.
    ///
    /// False if `deadline` (`nil`: none) came first.
    @discardableResult
    package func wait(until deadline: ContinuousClock.Instant? = nil) -> Bool {
        var entry = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        while drain() == 0 {
            let rest = deadline.map { $0 - .now }
            if let rest, rest <= .zero { return false }
            unsafe _ = poll(&entry, 1, rest?.wholeMilliseconds ?? -1)
        }
        return true
    }
}
