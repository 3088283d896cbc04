import CSystemd
import Glibc

/// A connection to journald by its native protocol that never waits; for one thread at a time.
///
/// `sd_journal_sendv` waits while journald is slow, and says that all is well while it is absent.
/// See https://systemd.io/JOURNAL_NATIVE_PROTOCOL/.
package final class JournalSocket {
    /// What became of an entry.
    package enum Outcome: Equatable {
        /// The kernel has it for journald.
        case sent
        /// There is no room for it now.
        case full
        /// Nobody is at the socket.
        case absent(errno: Int32)
        /// It can't be sent, now or later.
        case refused(errno: Int32)
    }

    /// Where journald listens.
    package static let standardPath = "/run/systemd/journal/socket"

    /// Asked for so much room, which the kernel grants up to its limit; longer entries go as a file of memory.
    private static let sendBuffer: Int32 = 8 << 20

    private let name: [CChar]
    private var descriptor: Int32 = -1

    /// Connects with the first entry.
    package init(path: String = JournalSocket.standardPath) {
        name = Array(path.utf8CString)
    }

    deinit {
        disconnect()
    }

    /// Sends an entry; where the connection is broken, over a new one.
    package func send(_ entry: JournalEntry) -> Outcome {
        guard descriptor >= 0 else { return connectAndSend(entry) }
        let outcome = sendConnected(entry)
        guard case .absent = outcome else { return outcome }
        disconnect()
        return connectAndSend(entry)
    }

    /// Blocks until there may be room, at most for so long; false if there was none.
    package func waitForRoom(timeout: Duration) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&request, 1, Int32(clamping: timeout.wholeMicroseconds / 1000)) > 0
    }

    private func connectAndSend(_ entry: JournalEntry) -> Outcome {
        let result = unsafe csystemd_connect(name, name.count, Self.sendBuffer)
        guard result >= 0 else { return Self.outcome(-result) }
        descriptor = result
        return sendConnected(entry)
    }

    private func disconnect() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    private func sendConnected(_ entry: JournalEntry) -> Outcome {
        let result = unsafe entry.bytes.withUnsafeBytes { bytes in
            unsafe csystemd_send(descriptor, nil, 0, bytes.baseAddress, bytes.count, -1)
        }
        return result == -EMSGSIZE ? sendMemory(entry) : Self.outcome(-result)
    }

    private func sendMemory(_ entry: JournalEntry) -> Outcome {
        let file = unsafe entry.bytes.withUnsafeBytes { bytes in
            unsafe csystemd_sealed_memory(bytes.baseAddress, bytes.count)
        }
        guard file >= 0 else { return .refused(errno: -file) }
        defer { close(file) }
        return Self.outcome(-csystemd_send(descriptor, nil, 0, nil, 0, file))
    }

    private static func outcome(_ errno: Int32) -> Outcome {
        switch errno {
        case 0: .sent
        case EAGAIN, EINTR: .full
        case ECONNREFUSED, ECONNRESET, ENOENT, ENOTCONN, EPIPE, EACCES, EPERM: .absent(errno: errno)
        default: .refused(errno: errno)
        }
    }
}
