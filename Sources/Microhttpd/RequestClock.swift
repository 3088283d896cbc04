/// When one connection has used up its time: a pure state machine, fed by the deadline timer and by the requests' callbacks.
///
/// - A TLS handshake has a deadline of its own; its bytes are no request.
/// - Between two requests, and before the first, a connection is idle.
/// - A request's clock starts with its first byte, seen as growth of the socket's received bytes.
/// - It restarts when the answer begins.
struct RequestClock: Equatable {
    /// What to do with a connection.
    enum Verdict: Equatable {
        case keep
        /// A time is over: end it, and drop what is unsent.
        case cut(ConnectionEvent.CutCause)
        /// The client has finished and was answered: end it in order.
        case close
    }

    /// How long a connection may take for what it does.
    struct Limits {
        var idle: Duration
        var request: Duration
    }

    private enum Phase: Equatable {
        /// Its first byte was seen at `start`.
        case handshaking(since: ContinuousClock.Instant?, until: ContinuousClock.Instant)
        case waiting(since: ContinuousClock.Instant, after: SocketProgress)
        case receiving(since: ContinuousClock.Instant)
        case answering(until: ContinuousClock.Instant?)
        case ended
    }

    private var phase: Phase

    /// The clock of a connection whose bytes are requests from the first on.
    init(at now: ContinuousClock.Instant) {
        phase = .waiting(since: now, after: SocketProgress())
    }

    /// The clock of a connection whose first bytes are a TLS handshake, which has a deadline of its own.
    init(handshakeUntil deadline: ContinuousClock.Instant) {
        phase = .handshaking(since: nil, until: deadline)
    }

    /// Neither a request nor a handshake is under way, as far as is known.
    var isIdle: Bool {
        switch phase {
        case .waiting, .handshaking(nil, _): true
        case .handshaking, .receiving, .answering, .ended: false
        }
    }

    /// Since when there has been no request, after the handshake.
    var waitingSince: ContinuousClock.Instant? {
        if case .waiting(let start, _) = phase { start } else { nil }
    }

    /// When the request or the handshake began that is arriving.
    var receivingSince: ContinuousClock.Instant? {
        switch phase {
        case .receiving(let start), .handshaking(let start?, _): start
        case .handshaking, .waiting, .answering, .ended: nil
        }
    }

    /// The handshake is not over.
    var isHandshaking: Bool {
        if case .handshaking = phase { true } else { false }
    }

    /// An answer is made or sent.
    var isAnswering: Bool {
        if case .answering = phase { true } else { false }
    }

    /// The handshake is over; bytes received until now belong to it.
    mutating func handshakeEnded(receivedBytes: UInt64, at now: ContinuousClock.Instant) {
        guard case .handshaking = phase else { return }
        phase = .waiting(since: now, after: SocketProgress(receivedBytes: receivedBytes))
    }

    /// libmicrohttpd has read a request line: its request began now, unless its first byte was seen before.
    mutating func requestBegan(at now: ContinuousClock.Instant) {
        switch phase {
        case .handshaking, .waiting: phase = .receiving(since: now)
        case .receiving, .answering, .ended: break
        }
    }

    /// The request is complete and its handler is about to run, or its answer has a new deadline; nil for none.
    mutating func answer(until deadline: ContinuousClock.Instant?) {
        phase = .answering(until: deadline)
    }

    /// The exchange is over; bytes received until now belong to it.
    mutating func finish(receivedBytes: UInt64, at now: ContinuousClock.Instant) {
        phase = .waiting(since: now, after: SocketProgress(receivedBytes: receivedBytes))
    }

    /// Sees bytes of a request or a handshake that libmicrohttpd has not read.
    mutating func note(_ progress: SocketProgress, at now: ContinuousClock.Instant) {
        switch phase {
        case .waiting(_, let seen) where progress.receivedBytes > seen.receivedBytes:
            phase = .receiving(since: now)
        case .handshaking(nil, let deadline) where progress.receivedBytes > 0:
            phase = .handshaking(since: now, until: deadline)
        case .handshaking, .waiting, .receiving, .answering, .ended: break
        }
    }

    /// Looks at the clock; any verdict but `keep` comes once, and `progress` is asked for only while nothing is known to arrive.
    mutating func check(
        at now: ContinuousClock.Instant, _ limits: Limits, progress: () -> SocketProgress
    ) -> Verdict {
        switch phase {
        case .handshaking(let start, let deadline):
            if start == nil { note(progress(), at: now) }
            return cut(.handshakeDeadline, ifPast: deadline, now)
        case .waiting(let start, let seen):
            return wait(since: start, after: seen, for: progress(), limits.idle, now)
        case .receiving(let start):
            return cut(.requestDeadline, ifPast: start.advanced(by: limits.request), now)
        case .answering(let deadline?):
            return cut(.responseDeadline, ifPast: deadline, now)
        case .answering(nil), .ended:
            return .keep
        }
    }

    private mutating func cut(
        _ cause: ConnectionEvent.CutCause, ifPast deadline: ContinuousClock.Instant,
        _ now: ContinuousClock.Instant
    ) -> Verdict {
        guard deadline <= now else { return .keep }
        phase = .ended
        return .cut(cause)
    }

    // libmicrohttpd misses an end of stream that arrives together with a request (edge-triggered epoll), and would keep
    // the connection for the whole idle time. It is closed at the second check without progress, so that libmicrohttpd
    // has time to answer a pipelined request.
    private mutating func wait(
        since start: ContinuousClock.Instant, after seen: SocketProgress, for progress: SocketProgress,
        _ idle: Duration, _ now: ContinuousClock.Instant
    ) -> Verdict {
        if progress.receivedBytes > seen.receivedBytes {
            phase = .receiving(since: now)
        } else if progress.isClosedByPeer && seen.isClosedByPeer {
            phase = .ended
            return .close
        } else if start.advanced(by: idle) <= now {
            phase = .ended
            return .cut(.idle)
        } else {
            phase = .waiting(since: start, after: progress)
        }
        return .keep
    }
}
