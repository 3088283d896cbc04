import Glibc
import Linux

/// What the kernel says of a connection; nothing but zeros for a socket that is not TCP.
struct SocketProgress: Equatable {
    var receivedBytes: UInt64 = 0
    /// Bytes that the peer has acknowledged.
    var takenBytes: UInt64 = 0
    var isClosedByPeer = false
}

extension SocketProgress {
    init(of descriptor: Int32) {
        self.init()
        // glibc's struct tcp_info ends before these; the kernel's (linux/tcp.h, an ABI that only grows at its end) has
        // tcpi_bytes_acked 120 and tcpi_bytes_received 128 bytes in since Linux 4.1. Its first byte is the state.
        let taken = 120
        let received = 128
        let closeWait: UInt8 = 8
        var size = socklen_t(received + MemoryLayout<UInt64>.size)
        unsafe withUnsafeTemporaryAllocation(byteCount: Int(size), alignment: 8) { buffer in
            let result = unsafe getsockopt(
                descriptor, Int32(IPPROTO_TCP), TCP_INFO, buffer.baseAddress, &size)
            guard result == 0, Int(size) == buffer.count else { return }
            receivedBytes = unsafe buffer.load(fromByteOffset: received, as: UInt64.self)
            takenBytes = unsafe buffer.load(fromByteOffset: taken, as: UInt64.self)
            isClosedByPeer = unsafe buffer[0] == closeWait
        }
    }
}

/// How a connection is ended while libmicrohttpd still has it; libmicrohttpd then closes it.
enum SocketEnd {
    /// The client reads an end of the stream.
    static func close(_ descriptor: Int32) {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// The client sees a reset; without the linger, an unread answer would stay in kernel memory as an orphaned socket.
    static func cut(_ descriptor: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        shutdown(descriptor, Int32(SHUT_RDWR))
    }
}
