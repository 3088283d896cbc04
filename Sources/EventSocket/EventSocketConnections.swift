import Linux

/// The open connections of one listener and what waits on them; for one thread.
struct EventSocketConnections: ~Copyable {
    private final class Connection {
        let descriptor: Descriptor
        var buffer: LineBuffer
        var drained = 0

        init(_ descriptor: consuming Descriptor, limit: Int) {
            self.descriptor = descriptor
            buffer = LineBuffer(limit: limit)
        }
    }

    private static let wakeUpToken: UInt64 = 0
    private static let listenerToken: UInt64 = 1
    private static let acceptsPerRound = 64

    private let limits: EventSocketLimits
    private var epoll: EpollSet
    private var open: [UInt64: Connection] = [:]
    private var nextToken: UInt64 = 2
    private var ready: [UInt64] = []
    private var input: [UInt8]
    private var statistics = EventSocketStatistics()
    private var isAcceptPaused = false

    init(
        _ listener: borrowing StreamListener, _ loop: BlockingLoop, _ limits: EventSocketLimits
    ) throws(LinuxError) {
        let epoll = try EpollSet()
        try epoll.add(loop.wakeUp.descriptor, token: Self.wakeUpToken)
        try epoll.add(listener.descriptor, token: Self.listenerToken)
        self.epoll = epoll
        self.limits = limits
        input = [UInt8](repeating: 0, count: limits.readSize)
    }

    /// What was counted since the last call.
    mutating func takeStatistics() -> EventSocketStatistics {
        defer { statistics = EventSocketStatistics() }
        return statistics
    }

    /// Waits, then reads once from each connection that has something; answers whether the wake-up was signalled.
    mutating func readRound(
        _ listener: borrowing StreamListener, _ body: (RawSpan) -> Void
    ) throws(LinuxError) -> Bool {
        try epoll.wait(timeout: isAcceptPaused ? .seconds(1) : nil, into: &ready)
        if isAcceptPaused { try resumeAccepting(listener) }
        var isSignalled = false
        for token in ready {
            switch token {
            case Self.wakeUpToken: isSignalled = true
            case Self.listenerToken: accept(listener, atMost: Self.acceptsPerRound)
            default: _ = read(token, body)
            }
        }
        return isSignalled
    }

    /// Accepts the listener's own backlog, reads by turns from every connection until it has nothing left, reached
    /// its limit or the deadline passed, and closes all.
    mutating func drain(
        _ listener: borrowing StreamListener, until deadline: ContinuousClock.Instant,
        _ body: (RawSpan) -> Void
    ) {
        accept(listener, atMost: listener.ownBacklog, until: deadline)
        var unread = open.keys.sorted()
        while !unread.isEmpty {
            unread = unread.filter { .now < deadline && readForDrain($0, body) }
        }
        for (token, connection) in open {
            if connection.buffer.hasPartialLine { statistics.unfinished += 1 }
            close(token)
        }
    }

    /// Reads once; answers whether more may be read.
    private mutating func readForDrain(_ token: UInt64, _ body: (RawSpan) -> Void) -> Bool {
        guard let count = read(token, body), let connection = open[token] else { return false }
        connection.drained += count
        return connection.drained < limits.drainSize
    }

    private mutating func accept(
        _ listener: borrowing StreamListener, atMost count: Int,
        until deadline: ContinuousClock.Instant? = nil
    ) {
        for _ in 0..<count {
            if let deadline, .now >= deadline { return }
            do throws(LinuxError) {
                guard let descriptor = try listener.accept() else { return }
                try admit(descriptor)
            } catch {
                // Out of descriptors: the waiting connection keeps the listener readable, which must not spin.
                statistics.acceptFailures += 1
                epoll.remove(listener.descriptor)
                isAcceptPaused = true
                return
            }
        }
    }

    private mutating func admit(_ descriptor: consuming Descriptor) throws(LinuxError) {
        guard open.count < limits.connections else {
            statistics.refused += 1
            return
        }
        try epoll.add(descriptor, token: nextToken)
        open[nextToken] = Connection(descriptor, limit: limits.lineLength)
        nextToken += 1
        statistics.accepted += 1
    }

    private mutating func resumeAccepting(_ listener: borrowing StreamListener) throws(LinuxError) {
        try epoll.add(listener.descriptor, token: Self.listenerToken)
        isAcceptPaused = false
    }

    /// Reads once; answers how much came, `nil` when nothing waits or the connection ended.
    private mutating func read(_ token: UInt64, _ body: (RawSpan) -> Void) -> Int? {
        guard let connection = open[token] else { return nil }
        let count: Int
        do throws(LinuxError) {
            guard let read = try connection.descriptor.read(into: &input) else { return nil }
            count = read
        } catch {
            // A broken connection is an ended one: its client alone is concerned.
            count = 0
        }
        guard count > 0 else {
            add(connection.buffer.end(body))
            close(token)
            return nil
        }
        add(input.withBytes(in: 0..<count) { connection.buffer.append($0, body) })
        return count
    }

    private mutating func add(_ counts: LineBuffer.Counts) {
        statistics.lines += counts.lines
        statistics.tooLong += counts.tooLong
    }

    private mutating func close(_ token: UInt64) {
        if open.removeValue(forKey: token) != nil { statistics.closed += 1 }
    }
}
