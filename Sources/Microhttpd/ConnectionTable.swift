import Glibc
import Linux
import Synchronization

/// The open connections of a server, by descriptor, and the limits on their number.
///
/// The acceptor writes it, and libmicrohttpd's threads do when a connection or an exchange starts or ends.
///
/// A descriptor is shut down only under the lock, and libmicrohttpd closes it only after `closed` took the same lock. So a
/// number that the kernel gave to another file is never touched.
///
/// A connection counts from `admit` until its client has taken the last answer or was cut. It has a clock from `opened` on.
final class ConnectionTable: Sendable {
    private struct Entry {
        let remoteAddress: String?
        let listener: ListenAddress
        var clock: RequestClock?
        /// The body that is being sent, if it is made meanwhile.
        var stream: StreamedBody?
    }

    private struct State {
        var entries: [Int32: Entry] = [:]
        var isRoomAwaited = false
        var isClosingStreams = false
        var lingering = LingeringSockets()
        var cuts: UInt64 = 0
        var refusals: UInt64 = 0
    }

    private let state = Mutex(State())
    private let limit: Int
    private let limitPerAddress: Int
    private let lingerTime: Duration

    /// - Parameter lingerTime: how long a connection that ended may keep bytes that its client has not taken.
    init(limit: Int, limitPerAddress: Int, lingerTime: Duration) {
        self.limit = limit
        self.limitPerAddress = limitPerAddress
        self.lingerTime = lingerTime
    }

    var isEmpty: Bool { state.withLock { $0.entries.isEmpty && $0.lingering.isEmpty } }

    /// Whether another connection may be accepted; if not, the next `closed` returns true.
    func hasRoom() -> Bool {
        state.withLock {
            $0.isRoomAwaited = $0.entries.count + $0.lingering.slowCount() >= limit
            return !$0.isRoomAwaited
        }
    }

    /// Enters an accepted connection; false if its address has too many (a Unix socket's clients have none).
    func admit(_ descriptor: Int32, from remoteAddress: String?, to listener: ListenAddress) -> Bool {
        state.withLock { state in
            let others = remoteAddress.map { address in
                state.entries.values.count { $0.remoteAddress == address }
            }
            let slow = remoteAddress.map { state.lingering.slowCount(from: $0) }
            guard (others ?? 0) + (slow ?? 0) < limitPerAddress else {
                state.refusals += 1
                return false
            }
            state.entries[descriptor] = Entry(remoteAddress: remoteAddress, listener: listener)
            return true
        }
    }

    /// libmicrohttpd has begun to serve the connection.
    func opened(_ descriptor: Int32) {
        state.withLock { $0.entries[descriptor]?.clock = RequestClock() }
    }

    /// Forgets a connection; true if the acceptor waits for room.
    @discardableResult
    func closed(_ descriptor: Int32) -> Bool {
        state.withLock { state in
            if let entry = state.entries.removeValue(forKey: descriptor) {
                state.lingering.keep(descriptor, from: entry.remoteAddress, until: .now + lingerTime)
            }
            defer { state.isRoomAwaited = false }
            return state.isRoomAwaited
        }
    }

    func removeAll() {
        state.withLock {
            $0.entries = [:]
            $0.lingering = LingeringSockets()
        }
    }

    /// A request line was read.
    func requestBegan(_ descriptor: Int32) {
        state.withLock { $0.entries[descriptor]?.clock?.requestBegan(at: .now) }
    }

    /// What stages are told of a connection.
    func facts(of descriptor: Int32) -> ConnectionFacts {
        let entry = state.withLock { $0.entries[descriptor] }
        return ConnectionFacts(remoteAddress: entry?.remoteAddress ?? "unix", listener: entry?.listener)
    }

    /// Starts the answer's clock, or starts it anew; nil holds it.
    func answer(_ descriptor: Int32, within bound: Duration?) {
        state.withLock { $0.entries[descriptor]?.clock?.answer(until: bound.map { .now + $0 }) }
    }

    /// A stream is about to be sent.
    func begin(_ stream: StreamedBody, on descriptor: Int32) {
        let isClosing = state.withLock { state in
            state.entries[descriptor]?.stream = stream
            return state.isClosingStreams
        }
        if isClosing { stream.close() }
    }

    /// Makes every pause of a stream the end of it, from now on.
    func closeStreams() {
        let streams = state.withLock { state in
            state.isClosingStreams = true
            return state.entries.values.compactMap(\.stream)
        }
        for stream in streams { stream.close() }
    }

    /// Whether libmicrohttpd still holds a connection back for a stream.
    var hasHeldStreams: Bool {
        state.withLock { $0.entries.values.compactMap(\.stream) }.contains { $0.isHeld }
    }

    func finished(_ descriptor: Int32) {
        let received = Self.progress(descriptor).receivedBytes
        state.withLock {
            $0.entries[descriptor]?.stream = nil
            $0.entries[descriptor]?.clock?.finish(receivedBytes: received)
        }
    }

    /// Ends every connection whose request or answer took longer than allowed, or whose client has gone, and wakes streams.
    func endOverdue(request: Duration) {
        let now = ContinuousClock.now
        // Streams have a lock of their own, so they come after this one.
        var cut: [StreamedBody] = []
        let streams = state.withLock { state in
            for descriptor in Array(state.entries.keys) {
                let verdict = state.entries[descriptor]?.clock?.check(
                    at: now, request: request, progress: { Self.progress(descriptor) })
                switch verdict {
                case .cut:
                    state.cuts += 1
                    Self.cut(descriptor)
                    // A paused stream would not notice the cut.
                    if let stream = state.entries[descriptor]?.stream { cut.append(stream) }
                case .close: shutdown(descriptor, Int32(SHUT_RDWR))
                case .keep, nil: break
                }
            }
            state.cuts += UInt64(state.lingering.look(at: now))
            return state.entries.values.compactMap(\.stream)
        }
        for stream in cut { stream.close() }
        for stream in streams { stream.wake(at: now) }
    }

    /// Connections open now, cut by a deadline since the start, and refused since the start for their address' limit.
    var counts: (open: Int, cut: UInt64, refused: UInt64) {
        state.withLock { ($0.entries.count, $0.cuts, $0.refusals) }
    }

    /// Without the linger, an unread response would stay in kernel memory as an orphaned socket.
    static func cut(_ descriptor: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Nothing received for a socket that is not TCP: such a connection has the inactivity timeout only.
    private static func progress(_ descriptor: Int32) -> RequestClock.Progress {
        // glibc's struct tcp_info ends before tcpi_bytes_received; the kernel's (linux/tcp.h, an ABI that only grows at
        // its end) has it 128 bytes in since Linux 4.1. Its first byte is the state.
        let offset = 128
        let closeWait: UInt8 = 8
        var size = socklen_t(offset + MemoryLayout<UInt64>.size)
        return unsafe withUnsafeTemporaryAllocation(byteCount: Int(size), alignment: 8) { buffer in
            let result = unsafe getsockopt(
                descriptor, Int32(IPPROTO_TCP), TCP_INFO, buffer.baseAddress, &size)
            guard result == 0, Int(size) == buffer.count else { return RequestClock.Progress() }
            return unsafe RequestClock.Progress(
                receivedBytes: buffer.load(fromByteOffset: offset, as: UInt64.self),
                isClosedByPeer: buffer[0] == closeWait)
        }
    }
}
