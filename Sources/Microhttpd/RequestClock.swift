/// When one connection has used up its time: a pure state machine, fed by the deadline timer and by the requests' callbacks.
///
/// - A TLS handshake has a deadline of its own; its bytes are no request.
/// - Between two requests there is no deadline; the inactivity timeout covers that.
/// - A request's clock starts with its first byte, seen as growth of the socket's received bytes.
/// - It restarts when the answer begins.
struct RequestClock: Equatable {
    /// What the kernel says of a connection.
    struct Progress: Equatable {
        var receivedBytes: UInt64 = 0
        var isClosedByPeer = false
    }

    /// What to do with a connection.
    enum Verdict: Equatable {
        case keep
        /// A deadline has passed: end it and drop what is unsent.
        case cut
        /// The client has finished and was answered: end it in order.
        case close
    }

    private enum Phase: Equatable {
        case handshaking(until: ContinuousClock.Instant)
        case waiting(after: Progress)
        case receiving(since: ContinuousClock.Instant)
        case answering(until: ContinuousClock.Instant?)
        case ended
    }

    private var phase = Phase.waiting(after: Progress())

    /// The clock of a connection whose bytes are requests from the first on.
    init() {}

    /// The clock of a connection whose first bytes are a TLS handshake, which has a deadline of its own.
    init(handshakeUntil deadline: ContinuousClock.Instant) {
        phase = .handshaking(until: deadline)
    }

    /// The handshake is over; bytes received until now belong to it.
    mutating func handshakeEnded(receivedBytes: UInt64) {
        guard case .handshaking = phase else { return }
        phase = .waiting(after: Progress(receivedBytes: receivedBytes))
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
    mutating func finish(receivedBytes: UInt64) {
        phase = .waiting(after: Progress(receivedBytes: receivedBytes))
    }

    /// Looks at the clock; any verdict but `keep` comes once, and `progress` is asked for only while waiting.
    mutating func check(
        at now: ContinuousClock.Instant, request: Duration, progress: () -> Progress
    ) -> Verdict {
        switch phase {
        case .handshaking(let deadline):
            return cut(ifPast: deadline, now)
        case .waiting(let seen):
            return wait(after: seen, for: progress(), now)
        case .receiving(let start):
            return cut(ifPast: start.advanced(by: request), now)
        case .answering(let deadline?):
            return cut(ifPast: deadline, now)
        case .answering(nil), .ended:
            return .keep
        }
    }

    private mutating func cut(
        ifPast deadline: ContinuousClock.Instant, _ now: ContinuousClock.Instant
    ) -> Verdict {
        guard deadline <= now else { return .keep }
        phase = .ended
        return .cut
    }

    // libmicrohttpd misses an end of stream that arrives together with a request (edge-triggered epoll), and would keep
    // the connection for the whole inactivity timeout. It is closed at the second check without progress, so that
    // libmicrohttpd has time to answer a pipelined request.
    private mutating func wait(
        after seen: Progress, for progress: Progress, _ now: ContinuousClock.Instant
    ) -> Verdict {
        if progress.receivedBytes > seen.receivedBytes {
            phase = .receiving(since: now)
        } else if progress.isClosedByPeer && seen.isClosedByPeer {
            phase = .ended
            return .close
        } else {
            phase = .waiting(after: progress)
        }
        return .keep
    }
}
