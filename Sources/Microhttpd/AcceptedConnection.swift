import Glibc

/// A connection just accepted; whoever takes it over must close its descriptor.
struct AcceptedConnection {
    let descriptor: Int32
    private let address: sockaddr_storage
    private let length: socklen_t

    /// Takes the next connection off a non-blocking listening socket; nil with `errno` set if there is none.
    init?(from socket: ListeningSocket) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        descriptor = unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe accept(
                socket.descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
        }
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        address = storage
        self.length = length
    }

    /// The client's numeric address; nil for a Unix socket.
    var remoteAddress: String? {
        unsafe withAddress { address, _ in unsafe SocketAddress(copying: address)?.host }
    }

    /// Lends the client's address as C wants it.
    func withAddress<Result>(_ body: (UnsafePointer<sockaddr>?, socklen_t) -> Result) -> Result {
        unsafe withUnsafeBytes(of: address) { bytes in
            unsafe body(bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), length)
        }
    }
}
