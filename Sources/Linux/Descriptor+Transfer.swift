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
