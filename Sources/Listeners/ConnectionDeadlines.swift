/// How long a connection may keep its place; it is cut within a second after that.
package struct ConnectionDeadlines: Equatable, Sendable {
    /// Without sending a byte; nil: for ever.
    package var idle: Duration?
    /// From the first byte of a frame to its last, even while further bytes drip in; nil: for ever.
    package var frame: Duration?

    /// None, unless given.
    package init(idle: Duration? = nil, frame: Duration? = nil) {
        self.idle = idle
        self.frame = frame
    }
}

/// What a connection was cut for; the raw value is meant for a label.
package enum CutCause: String, CaseIterable, Sendable {
    /// No byte for too long.
    case idle
    /// A frame that took too long.
    case frameDeadline = "frame_deadline"
    /// A new connection took the place of the one that was silent for the longest time.
    case evicted
    /// The client does not read what it is answered.
    case unreadReplies = "unread_replies"
}

/// What one connection has used of its time: a pure value that is told when bytes came.
struct ConnectionClock: Equatable {
    private var lastByte: ContinuousClock.Instant
    private var frameBegan: ContinuousClock.Instant?

    init(openedAt now: ContinuousClock.Instant) { lastByte = now }

    /// How long no byte has come.
    func silence(at now: ContinuousClock.Instant) -> Duration { now - lastByte }

    /// Bytes came; `isInsideFrame` tells whether a frame is unfinished now, `sawEnd` whether another ended before it.
    mutating func received(at now: ContinuousClock.Instant, isInsideFrame: Bool, sawEnd: Bool) {
        lastByte = now
        if !isInsideFrame {
            frameBegan = nil
        } else if sawEnd || frameBegan == nil {
            frameBegan = now
        }
    }

    /// The first moment at which the connection is cut if no byte comes until then.
    func deadline(_ limits: ConnectionDeadlines) -> ContinuousClock.Instant? {
        earlier(idleEnd(limits), frameEnd(limits))
    }

    /// Why the connection is to be cut, nil while it may stay.
    func cutCause(at now: ContinuousClock.Instant, _ limits: ConnectionDeadlines) -> CutCause? {
        if let end = frameEnd(limits), end <= now { return .frameDeadline }
        if let end = idleEnd(limits), end <= now { return .idle }
        return nil
    }

    private func idleEnd(_ limits: ConnectionDeadlines) -> ContinuousClock.Instant? {
        limits.idle.map { lastByte + $0 }
    }

    private func frameEnd(_ limits: ConnectionDeadlines) -> ContinuousClock.Instant? {
        guard let frameBegan else { return nil }
        return limits.frame.map { frameBegan + $0 }
    }
}

/// When the deadlines of all connections are checked next: at the nearest one, but never within `interval` of the last check.
///
/// Bytes that arrive move a deadline further away, which is not noted; a check may find nothing overdue. So busy connections
/// cost one check per interval, and idle ones wake the thread only when there is something to cut.
struct DeadlineWatch: Equatable {
    private let interval: Duration
    private var nearest: ContinuousClock.Instant?
    private var lastCheck: ContinuousClock.Instant?

    /// Checks once a second at most, or four times within the shortest deadline if that is more often.
    init(_ limits: ConnectionDeadlines) {
        interval = min(.seconds(1), (limits.idle ?? .seconds(4)) / 4, (limits.frame ?? .seconds(4)) / 4)
    }

    /// When the next check is due, nil while no connection has a deadline.
    var due: ContinuousClock.Instant? {
        guard let nearest, let lastCheck else { return nearest }
        return max(nearest, lastCheck + interval)
    }

    /// A connection has this deadline.
    mutating func note(_ deadline: ContinuousClock.Instant?) {
        nearest = earlier(nearest, deadline)
    }

    /// Answers whether a check is due; if so, all connections have to note their deadlines again.
    mutating func beginCheck(at now: ContinuousClock.Instant) -> Bool {
        guard let due, due <= now else { return false }
        nearest = nil
        lastCheck = now
        return true
    }
}

/// The earlier of two moments of which either may never come.
func earlier(
    _ one: ContinuousClock.Instant?, _ other: ContinuousClock.Instant?
) -> ContinuousClock.Instant? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
}
