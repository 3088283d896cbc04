import Glibc
import Linux

/// Sockets of connections that ended before their clients had taken all of the last answer.
///
/// libmicrohttpd closes such a connection. The kernel would keep its bytes as an orphan, which no limit of ours counts. So a
/// second descriptor holds the socket until the client has everything, is gone, is past its deadline, or another client
/// needs the place.
struct LingeringSockets {
    private final class Socket {
        let descriptor: Descriptor
        let client: String
        let deadline: ContinuousClock.Instant

        init(
            _ descriptor: consuming Descriptor, of client: String, until deadline: ContinuousClock.Instant
        ) {
            self.descriptor = descriptor
            self.client = client
            self.deadline = deadline
        }
    }

    private var sockets: [Int32: Socket] = [:]
    /// Those that a check has found unfinished; most clients take the rest before the first check.
    private var slow = ClientQueue()

    var isEmpty: Bool { sockets.isEmpty }

    /// How many a check has found unfinished.
    var slowCount: Int { slow.count }

    /// How many of a client's a check has found unfinished.
    func slowCount(of client: String) -> Int { slow.count(of: client) }

    /// Keeps the socket of a connection that is about to be closed, where it has bytes to send.
    mutating func keep(_ descriptor: Int32, of client: String, until deadline: ContinuousClock.Instant) {
        guard Descriptor.unacknowledgedBytes(of: descriptor) > 0,
            let copy = Descriptor.duplicate(of: descriptor)
        else { return }
        // Tells the client of the end, which closing would do only with the last descriptor.
        shutdown(descriptor, Int32(SHUT_WR))
        sockets[copy.rawValue] = Socket(copy, of: client, until: deadline)
    }

    /// Releases those whose clients have everything or are gone, and cuts those past their deadline; how many were cut.
    mutating func look(at now: ContinuousClock.Instant) -> Int {
        var cuts = 0
        for (raw, socket) in sockets {
            if Descriptor.unacknowledgedBytes(of: raw) == 0 {
                remove(raw)
            } else if socket.deadline <= now {
                SocketEnd.cut(raw)
                remove(raw)
                cuts += 1
            } else if !slow.contains(raw) {
                slow.append(raw, of: socket.client)
            }
        }
        return cuts
    }

    /// Cuts the unfinished one that has waited longest, of a client or of the one that has most; false if there is none.
    mutating func evict(of client: String?) -> Bool {
        guard let raw = slow.oldest(of: client) else { return false }
        SocketEnd.cut(raw)
        remove(raw)
        return true
    }

    private mutating func remove(_ raw: Int32) {
        slow.remove(raw)
        sockets[raw] = nil
    }
}
