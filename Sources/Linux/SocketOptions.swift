import CLinux
import Glibc

extension Descriptor {
    /// Sets an integer socket option; answers whether the kernel took it.
    @discardableResult
    borrowing func setOption(_ level: Int32, _ name: Int32, _ value: Int32) -> Bool {
        var value = value
        return unsafe setsockopt(rawValue, level, name, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
    }

    /// An integer socket option, `nil` where the descriptor has none such.
    borrowing func option(_ level: Int32, _ name: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(rawValue, level, name, &value, &length) == 0 ? value : nil
    }

    /// Asks for a receive buffer of `bytes`, past the administrator's limit where privileges allow it.
    borrowing func setReceiveBuffer(_ bytes: Int) {
        let wanted = Int32(clamping: bytes)
        if !setOption(SOL_SOCKET, SO_RCVBUFFORCE, wanted) {
            setOption(SOL_SOCKET, SO_RCVBUF, wanted)
        }
    }

    /// Throws unless this is a socket of `type`, described as `wanted` in the error.
    borrowing func requireSocket(_ type: Int32, _ wanted: String, listening: Bool) throws(LinuxError) {
        guard option(SOL_SOCKET, SO_TYPE) == type,
            !listening || option(SOL_SOCKET, SO_ACCEPTCONN) == 1
        else { throw .wrongDescriptor(rawValue: rawValue, wanted: wanted) }
        let raw = rawValue
        _ = try check("fcntl") { clinux_set_nonblocking(raw) }
    }
}
