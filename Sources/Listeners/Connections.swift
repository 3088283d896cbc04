import Bytes
import Linux

/// The open connections of one listener and what waits on them; for one thread.
struct Connections: ~Copyable {
    private final class Connection {
        let descriptor: Descriptor
        /// Its place in `places`.
        let slot: Int
        var buffer: FrameBuffer
        var clock: ConnectionClock
        var drained = 0

        init(
            _ descriptor: consuming Descriptor, slot: Int, _ framing: Framing, at now: ContinuousClock.Instant
        ) {
            self.descriptor = descriptor
            self.slot = slot
            buffer = FrameBuffer(framing)
            clock = ConnectionClock(openedAt: now)
        }
    }

    private static let wakeUpToken: UInt64 = 0
    private static let listenerToken: UInt64 = 1
    private static let acceptsPerRound = 64
    /// Connections that are looked at before a newcomer is refused.
    private static let evictionAttempts = 64
    /// How long connections wait after one could not be accepted.
    private static let acceptPause = Duration.seconds(1)

    private let framing: Framing
    private let limits: ConnectionLimits
    private var epoll: EpollSet
    private var open: [UInt64: Connection] = [:]
    private var places: ConnectionPlaces
    /// Who has each slot of `places`.
    private var tokens: [UInt64] = []
    private var nextToken: UInt64 = 2
    private var ready: [UInt64] = []
    private var input: [UInt8]
    private var statistics = ListenerStatistics()
    /// Until when nothing is accepted, nil while connections are.
    private var pauseEnd: ContinuousClock.Instant?
    private var watch: DeadlineWatch
    private let clock: () -> ContinuousClock.Instant
    /// The moment at which the last wait ended.
    private var now: ContinuousClock.Instant

    init(
        _ listener: borrowing StreamListener, _ loop: BlockingLoop, _ framing: Framing,
        _ limits: ConnectionLimits, clock: @escaping () -> ContinuousClock.Instant = { .now }
    ) throws(LinuxError) {
        let epoll = try EpollSet()
        try epoll.add(loop.wakeUp.descriptor, token: Self.wakeUpToken)
        try epoll.add(listener.descriptor, token: Self.listenerToken)
        self.epoll = epoll
        self.framing = framing
        self.limits = limits
        self.clock = clock
        now = clock()
        places = ConnectionPlaces(
            limit: limits.connections, limitPerAddress: limits.connectionsPerAddress)
        watch = DeadlineWatch(limits.deadlines)
        input = [UInt8](repeating: 0, count: limits.readSize)
    }

    /// What was counted since the last call.
    mutating func takeStatistics() -> ListenerStatistics {
        defer { statistics = ListenerStatistics() }
        return statistics
    }

    /// Waits, then reads once from each connection that has something, and cuts those past their deadline; answers
    /// whether the wake-up was signalled.
    mutating func readRound(
        _ listener: borrowing StreamListener, _ consumer: inout some FrameConsumer & ~Copyable
    ) throws(LinuxError) -> Bool {
        let due = earlier(watch.due, pauseEnd)
        try epoll.wait(timeout: due.map { max(.zero, $0 - clock()) }, into: &ready)
        now = clock()
        if let pauseEnd, pauseEnd <= now { try resumeAccepting(listener) }
        var isSignalled = false
        for token in ready {
            switch token {
            case Self.wakeUpToken: isSignalled = true
            case Self.listenerToken: accept(listener, atMost: Self.acceptsPerRound, &consumer)
            default: _ = read(token, &consumer)
            }
        }
        if watch.beginCheck(at: now) { cutOverdue(&consumer) }
        return isSignalled
    }

    /// Accepts the listener's own backlog, reads by turns from every connection until it has nothing left, reached
    /// its limit or the deadline passed, and closes all.
    mutating func drain(
        _ listener: borrowing StreamListener, until deadline: ContinuousClock.Instant,
        _ consumer: inout some FrameConsumer & ~Copyable
    ) {
        accept(listener, atMost: listener.ownBacklog, until: deadline, &consumer)
        var unread = open.keys.sorted()
        while !unread.isEmpty {
            unread = unread.filter { .now < deadline && readForDrain($0, &consumer) }
        }
        for token in Array(open.keys) { abandon(token) }
    }

    /// Reads once; answers whether more may be read.
    private mutating func readForDrain(_ token: UInt64, _ consumer: inout some FrameConsumer & ~Copyable)
        -> Bool
    {
        guard let count = read(token, &consumer), let connection = open[token] else { return false }
        connection.drained += count
        return connection.drained < limits.drainSize
    }

    /// Closes what is past its deadline, but reads it once more: its bytes may have come while the thread was busy.
    private mutating func cutOverdue(_ consumer: inout some FrameConsumer & ~Copyable) {
        for (token, connection) in open {
            if connection.clock.cutCause(at: now, limits.deadlines) != nil { _ = read(token, &consumer) }
            guard open[token] != nil else { continue }
            guard let cause = connection.clock.cutCause(at: now, limits.deadlines) else {
                watch.note(connection.clock.deadline(limits.deadlines))
                continue
            }
            statistics.cut[cause, default: 0] += 1
            abandon(token)
        }
    }

    /// Reads once; answers how much came, `nil` when nothing waits or the connection ended.
    private mutating func read(_ token: UInt64, _ consumer: inout some FrameConsumer & ~Copyable) -> Int? {
        guard let connection = open[token] else { return nil }
        let count: Int
        do throws(LinuxError) {
            guard let read = try connection.descriptor.read(into: &input) else { return nil }
            count = read
        } catch {
            // A broken connection concerns only its client, and what it did not finish may lack its end.
            abandon(token)
            return nil
        }
        guard count > 0 else {
            add(connection.buffer.end { consumer.receive($0) })
            // The client may have ended only what it sends.
            _ = connection.descriptor.sendAtOnce(consumer.takeReply())
            close(token)
            return nil
        }
        let counts = input.withBytes(in: 0..<count) { connection.buffer.append($0) { consumer.receive($0) } }
        add(counts)
        let isInsideFrame = connection.buffer.isInsideFrame
        connection.clock.received(at: now, isInsideFrame: isInsideFrame, sawEnd: counts.sawEnd)
        places.received(connection.slot, isInsideFrame: isInsideFrame)
        watch.note(connection.clock.deadline(limits.deadlines))
        guard answer(token, connection, &consumer) else { return nil }
        return count
    }

    /// Sends what the consumer answers to what was read; false where the connection had to be closed for that.
    private mutating func answer(
        _ token: UInt64, _ connection: Connection, _ consumer: inout some FrameConsumer & ~Copyable
    ) -> Bool {
        switch connection.descriptor.sendAtOnce(consumer.takeReply()) {
        case .sent: return true
        case .full:
            // Its client does not read, and nothing is kept for it.
            statistics.cut[.unreadReplies, default: 0] += 1
        case .broken: break
        }
        abandon(token)
        return false
    }

    private mutating func abandon(_ token: UInt64) {
        if let connection = open[token] { add(connection.buffer.abandon()) }
        close(token)
    }

    private mutating func close(_ token: UInt64) {
        guard let connection = open.removeValue(forKey: token) else { return }
        places.leave(connection.slot)
        statistics.closed += 1
    }

    private mutating func add(_ counts: FrameBuffer.Counts) {
        statistics.frames += counts.frames
        statistics.tooLong += counts.tooLong
        statistics.unfinished += counts.unfinished
    }

    private mutating func accept(
        _ listener: borrowing StreamListener, atMost count: Int,
        until deadline: ContinuousClock.Instant? = nil, _ consumer: inout some FrameConsumer & ~Copyable
    ) {
        for _ in 0..<count {
            if let deadline, .now >= deadline { return }
            do throws(LinuxError) {
                guard let connection = try listener.acceptConnection() else { return }
                let address = connection.peer.host
                try admit(connection.takeDescriptor(), from: address, &consumer)
            } catch {
                // Out of descriptors: the waiting connection keeps the listener readable, which must not spin.
                statistics.acceptFailures += 1
                epoll.remove(listener.descriptor)
                pauseEnd = now + Self.acceptPause
                return
            }
        }
    }

    private mutating func admit(
        _ descriptor: consuming Descriptor, from address: String?,
        _ consumer: inout some FrameConsumer & ~Copyable
    ) throws(LinuxError) {
        guard makeRoom(for: address, &consumer) else {
            statistics.refused += 1
            return
        }
        try epoll.add(descriptor, token: nextToken)
        let slot = places.enter(from: address)
        let connection = Connection(descriptor, slot: slot, framing, at: now)
        watch.note(connection.clock.deadline(limits.deadlines))
        open[nextToken] = connection
        if slot == tokens.count { tokens.append(nextToken) } else { tokens[slot] = nextToken }
        nextToken += 1
        statistics.accepted += 1
    }

    private mutating func resumeAccepting(_ listener: borrowing StreamListener) throws(LinuxError) {
        try epoll.add(listener.descriptor, token: Self.listenerToken)
        pauseEnd = nil
    }
}

extension Connections {
    /// Has an idle connection give up its place where there is none; false where all that were looked at are busy.
    private mutating func makeRoom(for address: String?, _ consumer: inout some FrameConsumer & ~Copyable)
        -> Bool
    {
        for _ in 0..<Self.evictionAttempts {
            let oldest: (resting: Int?, insideFrame: Int?)
            switch places.room(for: address) {
            case .free: return true
            case .full: oldest = places.oldest(of: nil)
            case .fullForAddress: oldest = places.oldest(of: address)
            }
            // One that waits between two frames loses nothing, and its sender connects again.
            guard let token = idle(oldest.resting) ?? idle(oldest.insideFrame) else { return false }
            evict(token, &consumer)
        }
        return false
    }

    /// The connection in a slot, if it is silent for long enough.
    private func idle(_ slot: Int?) -> UInt64? {
        guard let slot, let connection = open[tokens[slot]],
            connection.clock.silence(at: now) >= limits.minimumSilence
        else { return nil }
        return tokens[slot]
    }

    /// Closes a connection, but reads it before: one that sent while the thread was busy stays.
    private mutating func evict(_ token: UInt64, _ consumer: inout some FrameConsumer & ~Copyable) {
        guard read(token, &consumer) == nil, open[token] != nil else { return }
        statistics.cut[.evicted, default: 0] += 1
        abandon(token)
    }
}
