import CLinux
import Glibc

extension Descriptor {
    /// A descriptor of its own for the file of `raw`, closed on exec; nil where the process is out of descriptors.
    package static func duplicate(of raw: Int32) -> Descriptor? {
        let copy = clinux_duplicate(raw)
        return copy < 0 ? nil : Descriptor(takingOwnership: copy)
    }

    /// Bytes of a TCP socket that its peer has not acknowledged; 0 for one that was reset, and for other sockets.
    package static func unacknowledgedBytes(of raw: Int32) -> Int {
        let closed: UInt8 = 7
        var state: UInt8 = closed
        var size = socklen_t(1)
        // The first byte of struct tcp_info is the state.
        guard unsafe getsockopt(raw, Int32(IPPROTO_TCP), TCP_INFO, &state, &size) == 0, state != closed else {
            return 0
        }
        return Int(clinux_unacknowledged(raw))
    }

    /// Asks for a send buffer of `bytes`, which the kernel doubles for its own bookkeeping and then no longer grows.
    package borrowing func setSendBuffer(_ bytes: Int) {
        setOption(SOL_SOCKET, SO_SNDBUF, Int32(clamping: bytes))
    }
}
