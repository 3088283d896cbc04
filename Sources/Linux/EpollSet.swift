import CLinux
import Glibc

/// Waits on many descriptors for something to read (level-triggered epoll); for one thread.
package struct EpollSet: ~Copyable, Sendable {
    private let descriptor: Descriptor
    private var tokens = [UInt64](repeating: 0, count: 64)

    /// Throws when the process is out of descriptors.
    package init() throws(LinuxError) {
        descriptor = Descriptor(
            takingOwnership: try check("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) })
    }

    /// Reports `token` whenever the descriptor is readable, at its end or broken.
    package borrowing func add(_ watched: borrowing Descriptor, token: UInt64) throws(LinuxError) {
        let epoll = descriptor.rawValue
        let raw = watched.rawValue
        _ = try check("epoll_ctl") { clinux_epoll_add(epoll, raw, token) }
    }

    /// Stops reporting it; closing the last descriptor of an open file does the same.
    package borrowing func remove(_ watched: borrowing Descriptor) {
        _ = clinux_epoll_remove(descriptor.rawValue, watched.rawValue)
    }

    /// Blocks until something is readable or the time is over (`nil`: no limit), and replaces `ready` by the tokens.
    ///
    /// At most 64 are reported; the others come first with the next call.
    package mutating func wait(timeout: Duration? = nil, into ready: inout [UInt64]) throws(LinuxError) {
        ready.removeAll(keepingCapacity: true)
        let milliseconds = timeout?.wholeMilliseconds ?? -1
        let count = unsafe clinux_epoll_wait(descriptor.rawValue, &tokens, milliseconds)
        guard count >= 0 else {
            let code = errno
            if code == EINTR { return }
            throw .call(operation: "epoll_wait", errno: code, context: "")
        }
        ready.append(contentsOf: tokens.prefix(Int(count)))
    }
}
