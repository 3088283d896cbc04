import Glibc
import Linux

/// Sockets of connections that ended while their clients had not taken all of the last answer.
///
/// libmicrohttpd closes such a connection, and the kernel would keep its bytes as an orphan, which no limit of ours counts. So
/// another descriptor holds the socket until the client has everything, is gone, or had its time.
struct LingeringSockets {
    private final class Socket {
        let descriptor: Descriptor
        let remoteAddress: String?
        let deadline: ContinuousClock.Instant
        /// Whether a look has found it: before, it may be one whose client takes the rest at once, as most do.
        var isSlow = false

        init(
            _ descriptor: consuming Descriptor, from remoteAddress: String?,
            until deadline: ContinuousClock.Instant
        ) {
            self.descriptor = descriptor
            self.remoteAddress = remoteAddress
            self.deadline = deadline
        }
    }

    private var sockets: [Socket] = []

    var isEmpty: Bool { sockets.isEmpty }

    /// How many have outlived a look; of one client's address, or of all.
    func slowCount(from remoteAddress: String? = nil) -> Int {
        sockets.count { $0.isSlow && (remoteAddress == nil || $0.remoteAddress == remoteAddress) }
    }

    /// Keeps the socket of a connection that is about to be closed, where it has bytes to send.
    mutating func keep(
        _ descriptor: Int32, from remoteAddress: String?, until deadline: ContinuousClock.Instant
    ) {
        guard Descriptor.unacknowledgedBytes(of: descriptor) > 0,
            let copy = Descriptor.duplicate(of: descriptor)
        else { return }
        // The end that closing would announce, which waits for the last descriptor.
        shutdown(descriptor, Int32(SHUT_WR))
        sockets.append(Socket(copy, from: remoteAddress, until: deadline))
    }

    /// Lets go of those whose clients have everything or are gone, and cuts those whose time is over; how many were cut.
    mutating func look(at now: ContinuousClock.Instant) -> Int {
        var cuts = 0
        sockets.removeAll { socket in
            let raw = socket.descriptor.rawValue
            guard Descriptor.unacknowledgedBytes(of: raw) > 0 else { return true }
            socket.isSlow = true
            guard socket.deadline <= now else { return false }
            ConnectionTable.cut(raw)
            cuts += 1
            return true
        }
        return cuts
    }
}
