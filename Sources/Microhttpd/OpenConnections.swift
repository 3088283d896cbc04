import Linux

/// The other end of a TLS connection; a class, so that plain connections don't carry what it holds.
final class TLSPeer: Sendable {
    /// Whom its certificate names, once that was verified.
    let identity: String?

    init(identity: String?) {
        self.identity = identity
    }
}

/// The connections that libmicrohttpd has, by what each does, and which of them gives way to another.
///
/// Guarded by the lock of `ConnectionTable`.
struct OpenConnections {
    struct Connection {
        /// As stages see it; nil for a Unix socket.
        let remoteAddress: String?
        /// Whose it is, as far as limits are concerned.
        let client: String
        let listener: ListenAddress
        /// Of the terms that it is served under.
        let generation: Int
        /// Nil for plain HTTP.
        var tls: TLSPeer?
        var clock: RequestClock
        /// There while a page or a body that lies in memory is sent.
        var reading: ReadingProgress?
        /// The place of the page that is being sent; nobody else keeps it.
        var page: Place?
        /// The body that is being sent, if it is made meanwhile.
        var stream: StreamedBody?
        /// Set by a look that has found `reading` slow.
        var isSlowReader = false
        /// Ended by us, and not closed by libmicrohttpd yet.
        fileprivate(set) var isLeaving = false
        /// Ended by a reset, after which nothing of it is sent any more.
        fileprivate(set) var isCut = false
        fileprivate var activity = Activity.idle
        /// What it did when it was last put into a queue.
        fileprivate var queued = Activity.idle
        /// The number of the last change of `activity`; nil where its place in the queues is right.
        fileprivate var change: UInt64?

        /// An idle one, since `now`; one with a time for its handshake speaks TLS.
        init(
            remoteAddress: String?, client: String, listener: ListenAddress, generation: Int = 0,
            handshakeUntil: ContinuousClock.Instant? = nil, at now: ContinuousClock.Instant
        ) {
            self.remoteAddress = remoteAddress
            self.client = client
            self.listener = listener
            self.generation = generation
            tls = handshakeUntil.map { _ in TLSPeer(identity: nil) }
            clock = handshakeUntil.map { RequestClock(handshakeUntil: $0) } ?? RequestClock(at: now)
        }
    }

    fileprivate enum Activity {
        case idle, sending, slowReading, busy
    }

    private var connections: [Int32: Connection] = [:]
    private var idle = ClientQueue()
    private var sending = ClientQueue()
    private var slowReading = ClientQueue()
    /// Connections whose place in the queues may be wrong: they are put right only where somebody has to give way, as a request
    /// usually is over before that.
    private var unsettled: Set<Int32> = []
    private var changes: UInt64 = 0
    private var pages: Set<Int32> = []
    private var clients: [String: Int] = [:]
    private var generations: [Int: Int] = [:]
    private var leaving = 0

    /// All that hold a descriptor, those that are leaving included.
    var count: Int { connections.count }
    /// Those that are not leaving.
    var liveCount: Int { connections.count - leaving }
    var descriptors: [Int32] { Array(connections.keys) }
    var streams: [StreamedBody] { connections.values.compactMap(\.stream) }

    /// Those of a client that are not leaving.
    func liveCount(of client: String) -> Int { clients[client, default: 0] }

    /// Those served under the terms of a generation, whatever they do.
    func count(of generation: Int) -> Int { generations[generation, default: 0] }

    subscript(_ descriptor: Int32) -> Connection? { connections[descriptor] }

    mutating func insert(_ connection: Connection, _ descriptor: Int32) {
        connections[descriptor] = connection
        clients[connection.client, default: 0] += 1
        generations[connection.generation, default: 0] += 1
        idle.append(descriptor, of: connection.client)
    }

    mutating func remove(_ descriptor: Int32) -> Connection? {
        guard let gone = connections.removeValue(forKey: descriptor) else { return nil }
        leave(gone.queued, descriptor)
        unsettled.remove(descriptor)
        pages.remove(descriptor)
        let rest = count(of: gone.generation) - 1
        generations[gone.generation] = rest > 0 ? rest : nil
        if gone.isLeaving { leaving -= 1 } else { lessen(gone.client) }
        return gone
    }

    /// Changes a connection, and puts it where it belongs by what it does then; nil for one that is gone.
    @discardableResult
    mutating func update<Result>(_ descriptor: Int32, _ body: (inout Connection) -> Result) -> Result? {
        guard let index = connections.index(forKey: descriptor) else { return nil }
        // Changed where it lies, as it holds too much to be copied for each request.
        let (result, isUnsettled, hasPage) = Self.change(&connections.values[index], changes, body)
        if isUnsettled { unsettled.insert(descriptor) }
        changes += 1
        if let hasPage { if hasPage { pages.insert(descriptor) } else { pages.remove(descriptor) } }
        return result
    }

    /// Changes a connection; tells whether its place in the queues was right until now, and whether it sends a page, where that
    /// is something else than before.
    private static func change<Result>(
        _ connection: inout Connection, _ number: UInt64, _ body: (inout Connection) -> Result
    ) -> (Result, isUnsettled: Bool, hasPage: Bool?) {
        let hadPage = connection.page != nil
        let result = body(&connection)
        let activity = activity(of: connection)
        var isUnsettled = false
        if activity != connection.activity {
            connection.activity = activity
            isUnsettled = connection.change == nil
            connection.change = number
        }
        let hasPage = connection.page != nil
        return (result, isUnsettled, hasPage == hadPage ? nil : hasPage)
    }

    /// Puts connections into their queues in the order in which they came to what they do.
    private mutating func settle() {
        guard !unsettled.isEmpty else { return }
        let changed = unsettled.map { (number: connections[$0]?.change ?? 0, descriptor: $0) }
        unsettled.removeAll(keepingCapacity: true)
        for (_, descriptor) in changed.sorted(by: { $0.number < $1.number }) {
            guard let index = connections.index(forKey: descriptor) else { continue }
            let (old, new) = (connections.values[index].queued, connections.values[index].activity)
            connections.values[index].queued = new
            connections.values[index].change = nil
            leave(old, descriptor)
            enter(new, descriptor, connections.values[index].client)
        }
    }

    /// The oldest idle connection of a client, or of the one that has most.
    private mutating func oldestIdle(of client: String?) -> Int32? {
        settle()
        return idle.oldest(of: client)
    }

    private static func activity(of connection: Connection) -> Activity {
        if connection.isLeaving { return .busy }
        if connection.clock.isIdle { return .idle }
        if connection.clock.receivingSince != nil { return .sending }
        return connection.clock.isAnswering && connection.isSlowReader ? .slowReading : .busy
    }

    private mutating func enter(_ activity: Activity, _ descriptor: Int32, _ client: String) {
        switch activity {
        case .idle: idle.append(descriptor, of: client)
        case .sending: sending.append(descriptor, of: client)
        case .slowReading: slowReading.append(descriptor, of: client)
        case .busy: break
        }
    }

    private mutating func leave(_ activity: Activity, _ descriptor: Int32) {
        switch activity {
        case .idle: idle.remove(descriptor)
        case .sending: sending.remove(descriptor)
        case .slowReading: slowReading.remove(descriptor)
        case .busy: break
        }
    }

    private mutating func lessen(_ client: String) {
        let rest = liveCount(of: client) - 1
        clients[client] = rest > 0 ? rest : nil
    }
}

// Who gives way.
extension OpenConnections {
    /// Ends a connection to make room, of one client or of the one that has most of the kind; false if none may go.
    ///
    /// The oldest idle one goes first. Without any, it is the oldest whose request has been arriving for `patience`, then the
    /// one that has been a slow reader longest.
    mutating func evict(of client: String?, at now: ContinuousClock.Instant, patience: Duration) -> Bool {
        while let descriptor = oldestIdle(of: client) {
            let progress = SocketProgress(of: descriptor)
            // libmicrohttpd may not have read a request that is there.
            update(descriptor) { $0.clock.note(progress, at: now) }
            guard connections[descriptor]?.clock.isIdle == true else { continue }
            markLeaving(descriptor)
            SocketEnd.close(descriptor)
            return true
        }
        if let descriptor = sending.oldest(of: client),
            let start = connections[descriptor]?.clock.receivingSince, start.advanced(by: patience) <= now
        {
            cut(descriptor)
            return true
        }
        guard let descriptor = slowReading.oldest(of: client) else { return false }
        cut(descriptor)
        return true
    }

    /// Cuts the client that has taken no byte of its page for the longest time, to make room for a page of `client`; returns
    /// the place of its page.
    ///
    /// One that is not slow goes only if its client has at least two pages more than `client`, and it stalls.
    mutating func evictReader(
        for client: String, at now: ContinuousClock.Instant, patience: Duration
    ) -> Place? {
        var counts: [String: Int] = [:]
        for descriptor in pages {
            update(descriptor) { $0.reading?.look(at: descriptor, now) }
            if let owner = connections[descriptor]?.client { counts[owner, default: 0] += 1 }
        }
        let own = counts[client, default: 0]
        var victim: (descriptor: Int32, stall: Duration)?
        for descriptor in pages {
            guard let connection = connections[descriptor], let reading = connection.reading else { continue }
            let stall = reading.stall(at: now)
            let isCrowding = counts[connection.client, default: 0] > own + 1
            guard
                reading.isSlow(at: now, patience: patience) || (isCrowding && stall >= Self.shortestStall)
            else { continue }
            if stall >= victim?.stall ?? .zero { victim = (descriptor, stall) }
        }
        guard let descriptor = victim?.descriptor else { return nil }
        let page = update(descriptor) { connection in
            defer { connection.page = nil }
            return connection.page
        }
        cut(descriptor)
        return page ?? nil
    }

    /// Ends the connections of a generation that have been idle since `start`.
    mutating func closeIdle(
        of generation: Int, since start: ContinuousClock.Instant, at now: ContinuousClock.Instant
    ) {
        for (descriptor, connection) in connections
        where connection.generation == generation && !connection.isLeaving {
            let progress = SocketProgress(of: descriptor)
            // libmicrohttpd may not have read a request that is there.
            update(descriptor) { $0.clock.note(progress, at: now) }
            guard let since = connections[descriptor]?.clock.waitingSince, since <= start else { continue }
            markLeaving(descriptor)
            SocketEnd.close(descriptor)
        }
    }

    /// Cuts the connections of a generation; how many those are, and the streams that they are sent.
    mutating func cutAll(of generation: Int) -> (count: Int, streams: [StreamedBody]) {
        var count = 0
        var streams: [StreamedBody] = []
        for (descriptor, connection) in connections
        where connection.generation == generation && !connection.isCut {
            if !connection.isLeaving { count += 1 }
            cut(descriptor)
            if let stream = connection.stream { streams.append(stream) }
        }
        return (count, streams)
    }

    /// Ends a connection by a reset; it counts no more.
    mutating func cut(_ descriptor: Int32) {
        markLeaving(descriptor)
        update(descriptor) { $0.isCut = true }
        SocketEnd.cut(descriptor)
    }

    private mutating func markLeaving(_ descriptor: Int32) {
        guard let connection = connections[descriptor], !connection.isLeaving else { return }
        leaving += 1
        lessen(connection.client)
        update(descriptor) { $0.isLeaving = true }
    }

    /// Longer than a packet takes to any client that has the right to be called near.
    private static let shortestStall = Duration.milliseconds(100)
}
