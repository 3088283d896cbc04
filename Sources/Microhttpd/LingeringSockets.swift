import Glibc
import Linux

/// Sockets of connections that ended before their clients had taken all of the last answer.
///
/// libmicrohttpd closes such a connection. The kernel would keep its bytes as an orphan, which no limit of ours counts. So a
/// second descriptor holds the socket until the client has everything, is gone, or is past its deadline.
struct LingeringSockets {
    private final class Socket {
        let descriptor: Descriptor
        let remoteAddress: String?
        let deadline: ContinuousClock.Instant
        /// Whether a check has found it unfinished; most clients take the rest before the first check.
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

    /// How many a check has found unfinished, of one client's address or of all.
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
        // Tells the client of the end, which closing would do only with the last descriptor.
        shutdown(descriptor, Int32(SHUT_WR))
        sockets.append(Socket(copy, from: remoteAddress, until: deadline))
    }

    /// Releases those whose clients have everything or are gone, and cuts those past their deadline; how many were cut.
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
