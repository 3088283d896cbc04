import CLinux
import Glibc

/// Reading and writing a non-blocking stream socket with a deadline; every failure is a `LinuxError.call`.
extension Descriptor {
    /// Writes all of `bytes`.
    borrowing func send(_ bytes: [UInt8], until deadline: ContinuousClock.Instant) throws(LinuxError) {
        var sent = 0
        while sent < bytes.count {
            sent += try transfer("send", POLLOUT, deadline) { raw in
                unsafe bytes.withUnsafeBytes {
                    let rest = unsafe UnsafeRawBufferPointer(rebasing: $0[sent...])
                    return unsafe Glibc.send(raw, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                }
            }
        }
    }

    /// What became of bytes that are sent without waiting.
    package enum Sending: Sendable {
        /// The kernel has all of them, or there were none.
        case sent
        /// It had no room for all of them.
        case full
        /// The peer is gone.
        case broken
    }

    /// Sends all of `bytes` if the socket has room for them now; part of them may be sent where it has not.
    package borrowing func sendAtOnce(_ bytes: [UInt8]) -> Sending {
        guard !bytes.isEmpty else { return .sent }
        while true {
            let sent = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(rawValue, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if sent >= 0 { return sent == bytes.count ? .sent : .full }
            switch errno {
            case EINTR: continue
            case EAGAIN, ENOBUFS, ENOMEM: return .full
            default: return .broken
            }
        }
    }

    /// What comes next, at most the size of `chunk`: 0 at the orderly end.
    borrowing func receive(
        into chunk: inout [UInt8], until deadline: ContinuousClock.Instant
    ) throws(LinuxError) -> Int {
        try transfer("recv", POLLIN, deadline) { raw in unsafe recv(raw, &chunk, chunk.count, 0) }
    }

    /// Waits until a connection that is under way is there.
    borrowing func finishConnecting(until deadline: ContinuousClock.Instant) throws(LinuxError) {
        let isDecided = try wait(for: POLLOUT, until: deadline)
        let code = isDecided ? option(SOL_SOCKET, SO_ERROR) ?? EBADF : ETIMEDOUT
        guard code == 0 else { throw .call(operation: "connect", errno: code, context: "") }
    }

    private borrowing func transfer(
        _ operation: String, _ event: Int32, _ deadline: ContinuousClock.Instant,
        _ call: (_ raw: Int32) -> Int
    ) throws(LinuxError) -> Int {
        while true {
            var code = ETIMEDOUT
            if try wait(for: event, until: deadline) {
                let count = call(rawValue)
                if count >= 0 { return count }
                code = errno
            }
            guard code == EINTR || code == EAGAIN else {
                throw .call(operation: operation, errno: code, context: "")
            }
        }
    }
}
