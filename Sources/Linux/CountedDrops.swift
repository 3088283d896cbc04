/// How many of the datagrams that the kernel dropped at a socket somebody has counted, so that a successor counts those after them.
package struct CountedDrops: Sendable, Equatable {
    /// The kernel's number of the socket, which no other one has until the next boot.
    package let socket: UInt64
    /// As the kernel counts them since the socket exists, modulo 2^32.
    package let total: UInt32

    package init(socket: UInt64, total: UInt32) {
        (self.socket, self.total) = (socket, total)
    }

    /// What lies in memory; nil for the number of no socket.
    package init?(socket: UInt64, storedTotal total: UInt64) {
        guard socket != 0 else { return nil }
        self.init(socket: socket, total: UInt32(truncatingIfNeeded: total))
    }
}
