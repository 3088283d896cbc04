import Glibc

/// Wakes one waiting thread from any other; a signal sent before the wait is not lost.
final class WakePipe: Sendable {
    /// Readable when there is a signal.
    let descriptor: Int32
    private let writing: Int32

    init() throws(MicrohttpdError) {
        var pair: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, type, 0, &pair) == 0 else { throw .outOfResources(errno: errno) }
        descriptor = pair[0]
        writing = pair[1]
    }

    deinit {
        close(descriptor)
        close(writing)
    }

    /// Wakes the waiter; never blocks.
    func signal() {
        var byte: UInt8 = 1
        _ = unsafe send(writing, &byte, 1, Int32(MSG_NOSIGNAL))
    }

    /// Waits for signals and takes them: true if one came, false after `timeout`.
    func wait(timeout: Duration) -> Bool {
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&state, 1, Self.milliseconds(timeout)) == 1 else { return false }
        drain()
        return true
    }

    /// Takes all signals.
    func drain() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while unsafe recv(descriptor, &bytes, bytes.count, 0) == bytes.count {}
    }

    /// What poll(2) takes: rounded up, from 0 to a minute.
    static func milliseconds(_ timeout: Duration) -> Int32 {
        let rounded = timeout / .milliseconds(1)
        return Int32(min(max(rounded.rounded(.up), 0), 60_000))
    }
}
