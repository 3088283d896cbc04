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
/// A connection counts from `admit` until its client has taken the last answer, or it was told to go.
final class ConnectionTable: Sendable {
    private struct State {
        var open = OpenConnections()
        var lingering = LingeringSockets()
        var isRoomAwaited = false
        var isClosingStreams = false
        var cuts: [ConnectionEvent.CutCause: UInt64] = [:]
        var refusals: UInt64 = 0
        /// What happened since the lock was taken.
        var events: [ConnectionEvent] = []

        mutating func noteCut(_ cause: ConnectionEvent.CutCause) {
            cuts[cause, default: 0] += 1
            events.append(.cut(cause))
        }
    }

    private let state = Mutex(State())
    private let limits: HTTPServer.Limits
    private let report: @Sendable (ConnectionEvent) -> Void

    init(_ limits: HTTPServer.Limits, report: @escaping @Sendable (ConnectionEvent) -> Void) {
        self.limits = limits
        self.report = report
    }

    /// Changes the state, and reports what happened once the lock is free again.
    private func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        let (result, events) = state.withLock { state in
            let result = body(&state)
            let events = state.events
            if !events.isEmpty { state.events = [] }
            return (result, events)
        }
        for event in events { report(event) }
        return result
    }

    var isEmpty: Bool { state.withLock { $0.open.count == 0 && $0.lingering.isEmpty } }

    /// Whether another connection may be accepted.
    var hasRoom: Bool { state.withLock { hasRoom($0) } }

    private func hasRoom(_ state: State) -> Bool {
        state.open.liveCount + state.lingering.slowCount < max(1, limits.connections)
            && state.open.count < max(1, limits.connections) + HTTPServer.Limits.connectionsLeaving
    }

    /// Makes room for a connection that waits to be accepted; if it can't, the next that may change it returns true.
    func makeRoom() -> Bool {
        change { state in
            while !hasRoom(state) {
                // Those that leave are bounded too: they keep their descriptors until libmicrohttpd has closed them.
                let isBounded =
                    state.open.count < max(1, limits.connections) + HTTPServer.Limits.connectionsLeaving
                guard isBounded, evict(of: nil, &state) else {
                    state.isRoomAwaited = true
                    return false
                }
            }
            return true
        }
    }

    /// Ends one connection, so that its descriptor becomes free, unless one is leaving already; false if none may go.
    func freeDescriptor() -> Bool {
        change { $0.open.count > $0.open.liveCount || evict(of: nil, &$0) }
    }

    private func evict(of client: String?, _ state: inout State) -> Bool {
        let isEvicted =
            state.open.evict(of: client, at: .now, patience: limits.senderPatience)
            || state.lingering.evict(of: client)
        if isEvicted { state.noteCut(.evicted) }
        return isEvicted
    }

    /// Enters an accepted connection; false if its client has too many, none of which may go.
    func admit(
        _ descriptor: Int32, from peer: SocketAddress, to listener: ListenAddress,
        under terms: ConnectionTerms
    ) -> Bool {
        // A Unix socket's clients have no address to tell them apart by.
        let network = peer.network
        let client = network ?? "unix"
        return change { state in
            let limit = network == nil ? Int.max : max(1, limits.connectionsPerAddress)
            while state.open.liveCount(of: client) + state.lingering.slowCount(of: client) >= limit {
                guard evict(of: client, &state) else {
                    state.refusals += 1
                    state.events.append(.refused)
                    return false
                }
            }
            let handshakeUntil = terms.tls.map { _ in ContinuousClock.now + limits.handshakeDeadline }
            state.open.insert(
                .init(
                    remoteAddress: peer.host, client: client, listener: listener,
                    generation: terms.generation, handshakeUntil: handshakeUntil, at: .now),
                descriptor)
            state.events.append(.opened)
            return true
        }
    }

    /// Notes a connection that was accepted to be refused.
    func refused() {
        change { state in
            state.refusals += 1
            state.events.append(.refused)
        }
    }

    /// Forgets a connection, with whether its TLS handshake has failed; true if the acceptor waits for room.
    @discardableResult
    func closed(_ descriptor: Int32, hasFailed: Bool = false) -> Bool {
        change { state in
            if let gone = state.open.remove(descriptor) {
                // One that was ended by us is counted already.
                if hasFailed, gone.clock.isHandshaking, !gone.isLeaving, !state.isClosingStreams {
                    state.noteCut(.handshake)
                }
                if !gone.isCut {
                    state.lingering.keep(
                        descriptor, of: gone.client, until: .now + limits.responseDeadline)
                }
                state.events.append(.closed)
            }
            defer { state.isRoomAwaited = false }
            return state.isRoomAwaited
        }
    }

    /// Forgets a connection that libmicrohttpd never served, whose descriptor is closed already.
    func forget(_ descriptor: Int32) {
        change { state in
            if state.open.remove(descriptor) != nil { state.events.append(.closed) }
        }
    }

    /// Forgets all that libmicrohttpd has closed without a notification.
    func removeAll() {
        change { state in
            for descriptor in state.open.descriptors where state.open.remove(descriptor) != nil {
                state.events.append(.closed)
            }
            state.lingering = LingeringSockets()
        }
    }

    /// Open connections, and those cut and refused since the start.
    var counts: (open: Int, cuts: [ConnectionEvent.CutCause: UInt64], refused: UInt64) {
        state.withLock { ($0.open.count, $0.cuts, $0.refusals) }
    }
}

// What an exchange tells.
extension ConnectionTable {
    /// A TLS handshake has succeeded, with a client whose certificate names `identity`, if it was verified.
    func handshakeEnded(_ descriptor: Int32, receivedBytes received: UInt64, identity: String?) {
        change { state in
            state.open.update(descriptor) { connection in
                connection.tls = TLSPeer(identity: identity)
                connection.clock.handshakeEnded(receivedBytes: received, at: .now)
            }
        }
    }

    /// A TLS handshake is about to fail because of the client's certificate.
    func clientRefused(_ reason: String) { report(.clientRefused(reason: reason)) }

    /// A request line was read.
    func requestBegan(_ descriptor: Int32) {
        change { $0.open.update(descriptor) { $0.clock.requestBegan(at: .now) } }
    }

    /// What stages are told of a connection.
    func facts(of descriptor: Int32) -> ConnectionFacts {
        state.withLock { state in
            let connection = state.open[descriptor]
            return ConnectionFacts(
                remoteAddress: connection?.remoteAddress ?? "unix", client: connection?.client,
                listener: connection?.listener,
                isTLS: connection?.tls != nil, identity: connection?.tls?.identity)
        }
    }

    /// Starts the answer's clock, or starts it anew; nil holds it.
    func answer(_ descriptor: Int32, within bound: Duration?) {
        change { $0.open.update(descriptor) { $0.clock.answer(until: bound.map { .now + $0 }) } }
    }

    /// A body is about to be sent.
    func begin(_ answer: Answer, on descriptor: Int32) {
        let taken = SocketProgress(of: descriptor).takenBytes
        let stream = answer.prepared.stream
        let isClosing = change { state in
            state.open.update(descriptor) { connection in
                // Of other streams nobody knows how much there is to read.
                let isRead = stream == nil || answer.place != nil
                connection.reading = isRead ? ReadingProgress(after: taken, at: .now) : nil
                connection.page = answer.place
                connection.stream = stream
            }
            return state.isClosingStreams
        }
        if isClosing { stream?.close() }
    }

    /// The exchange is over; true if the acceptor waits for a connection that can be ended.
    @discardableResult
    func finished(_ descriptor: Int32) -> Bool {
        let received = SocketProgress(of: descriptor).receivedBytes
        return change { state in
            state.open.update(descriptor) { connection in
                connection.stream = nil
                connection.reading = nil
                connection.isSlowReader = false
                connection.page = nil
                connection.clock.finish(receivedBytes: received, at: .now)
            }
            return state.isRoomAwaited
        }
    }

    /// Cuts a slow reader to make room for a page of another connection; false if none may go.
    func makeRoomForPage(on descriptor: Int32) -> Bool {
        let place = change { state in
            let client = state.open[descriptor]?.client ?? ""
            let place = state.open.evictReader(for: client, at: .now, patience: limits.readerPatience)
            if place != nil { state.noteCut(.slowReader) }
            return place
        }
        // The thread that has just begun to send the page may still hold it.
        place?.giveBack()
        return place != nil
    }

    /// Makes every pause of a stream the end of it, from now on.
    func closeStreams() {
        let streams = change { state in
            state.isClosingStreams = true
            return state.open.streams
        }
        for stream in streams { stream.close() }
    }

    /// Cuts the clients of streams that have not ended, as HTTP/1.0 knows no other way to tell a part from the whole.
    func cutStreams() {
        change { state in
            for descriptor in state.open.descriptors where state.open[descriptor]?.stream != nil {
                state.open.cut(descriptor)
            }
        }
    }

    /// Whether libmicrohttpd still holds a connection back for a stream.
    var hasHeldStreams: Bool {
        state.withLock { $0.open.streams }.contains { $0.isHeld }
    }
}

// What happens to connections that are served under terms of before.
extension ConnectionTable {
    func count(of generation: Int) -> Int { state.withLock { $0.open.count(of: generation) } }

    /// Ends the connections of a generation that have been idle since `start`.
    func closeIdle(of generation: Int, since start: ContinuousClock.Instant) {
        change { $0.open.closeIdle(of: generation, since: start, at: .now) }
    }

    /// Cuts all connections of a generation, as those whose answers are too late.
    func cutAll(of generation: Int) {
        let streams = change { state in
            let (count, streams) = state.open.cutAll(of: generation)
            for _ in 0..<count { state.noteCut(.responseDeadline) }
            return streams
        }
        // A paused stream would not notice the cut.
        for stream in streams { stream.close() }
    }
}

// What time does.
extension ConnectionTable {
    /// Ends every connection that took longer than allowed, or whose client has gone, and wakes streams.
    func look() {
        let now = ContinuousClock.now
        let times = RequestClock.Limits(idle: limits.inactivity, request: limits.requestDeadline)
        // Streams have a lock of their own, so they come after this one.
        let (cut, streams) = change { state in
            var cut: [StreamedBody] = []
            for descriptor in state.open.descriptors {
                let verdict = state.open.update(descriptor) { connection in
                    if connection.reading != nil {
                        connection.reading?.look(at: descriptor, now)
                        connection.isSlowReader =
                            connection.reading?.isSlow(at: now, patience: limits.senderPatience) == true
                    }
                    guard !connection.isLeaving else { return RequestClock.Verdict.keep }
                    return connection.clock.check(at: now, times) { SocketProgress(of: descriptor) }
                }
                switch verdict {
                case .cut(let cause):
                    state.noteCut(cause)
                    if cause == .idle { SocketEnd.close(descriptor) } else { state.open.cut(descriptor) }
                    // A paused stream would not notice the cut.
                    if let stream = state.open[descriptor]?.stream { cut.append(stream) }
                case .close: SocketEnd.close(descriptor)
                case .keep, nil: break
                }
            }
            for _ in 0..<state.lingering.look(at: now) { state.noteCut(.responseDeadline) }
            return (cut, state.open.streams)
        }
        for stream in cut { stream.close() }
        for stream in streams { stream.wake(at: now) }
    }
}
