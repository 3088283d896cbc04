import Glibc
package import Linux
import Synchronization

/// An HTTP server on libmicrohttpd: routes, limits, absolute deadlines, TLS, compression.
///
/// It serves from its creation until `stop`, on threads of its own; every member may be called from any thread, but no handler
/// may stop its own server.
package final class HTTPServer: AnsweringLoop {
    private let context: ServerContext
    private let acceptor: Mutex<Acceptor?>
    let groups: DaemonGroups
    /// The settings that new connections are served under; one replacement at a time.
    private let tls: Mutex<TLSSettings?>
    /// The addresses listened on, in the configuration's order, with the real ports.
    package let boundAddresses: [ListenAddress]

    /// Binds every listener, then starts serving; throws without leaving anything behind.
    ///
    /// Every request goes through `stages`, in order, before its handler is called.
    package init(
        router: Router, stages: [any RequestStage] = [], configuration: Configuration
    ) throws(MicrohttpdError) {
        guard !configuration.listeners.isEmpty else { throw .noListener }
        var sockets: [ListeningSocket] = []
        for listener in configuration.listeners {
            sockets += try Self.open(listener, mode: configuration.unixMode)
        }
        let context = try ServerContext(router: router, stages: stages, configuration: configuration)
        let credentials = try Self.credentials(configuration.tls)
        let groups = DaemonGroups(
            try DaemonGroup(ConnectionTerms(server: context, tls: credentials, generation: 0)))
        let acceptor = Acceptor(sockets: sockets, groups: groups, context: context)
        try acceptor.start()
        self.boundAddresses = sockets.map(\.address)
        self.context = context
        self.groups = groups
        self.tls = Mutex(configuration.tls)
        self.acceptor = Mutex(acceptor)
    }

    deinit {
        stopAndWait(within: .zero)
    }

    /// The port of the first listener; 0 for a Unix socket.
    package var boundPort: UInt16 { boundAddresses[0].port }

    /// True from the beginning of a stop on; what a readiness check should look at.
    package var isStopping: Bool { context.isStopping }

    /// Asks the accepting thread for a sign of life.
    package func ping() { context.wake.signal() }

    /// How often the accepting thread came around.
    package var answers: UInt64 { context.rounds }

    /// Figures at this moment.
    package var statistics: Statistics {
        let counts = context.connections.counts
        return Statistics(
            openConnections: counts.open, requestsInFlight: context.requestsInFlight,
            cuts: counts.cuts, refusedConnections: counts.refused)
    }

    /// Serves new connections under other settings, nil for plain HTTP.
    ///
    /// An open connection finishes under the old ones: it ends with its next answer, or when it has been idle for a second, and
    /// is cut after `Limits.responseDeadline`. A stop before or during it makes it do nothing.
    package func replaceTLS(_ settings: TLSSettings?) throws(MicrohttpdError) {
        try prepare(settings)?.use()
    }

    /// Does all of `replaceTLS` that can fail; nil where there is nothing to replace.
    package func prepare(_ settings: TLSSettings?) throws(MicrohttpdError) -> TLSReplacement? {
        try tls.withLock { current throws(MicrohttpdError) in
            guard settings != current, !context.isStopping else { return nil }
            let credentials = try Self.credentials(settings)
            try awaitRetired()
            let terms = ConnectionTerms(
                server: context, tls: credentials, generation: groups.current.terms.generation + 1)
            return TLSReplacement(of: self, by: settings, try DaemonGroup(terms))
        }
    }

    fileprivate func use(_ group: DaemonGroup, _ settings: TLSSettings?) {
        tls.withLock { current in
            guard groups.replace(with: group, bound: context.configuration.limits.responseDeadline) else {
                return group.stop()
            }
            current = settings
            context.wake.signal()
        }
    }

    private static func credentials(_ settings: TLSSettings?) throws(MicrohttpdError) -> TLSCredentials? {
        guard let settings else { return nil }
        do throws(TLSError) {
            return try TLSCredentials(settings)
        } catch {
            throw .badTLS(error)
        }
    }

    /// Waits until few enough retired daemons are left; if need be, the connections of the oldest are cut.
    private func awaitRetired() throws(MicrohttpdError) {
        let start = ContinuousClock.now
        while groups.retiredCount >= DaemonGroups.mostRetired, !context.isStopping {
            let time = start.duration(to: .now)
            guard time < .seconds(8) else {
                throw .cannotStart(reason: "connections under earlier settings did not end")
            }
            if time > .seconds(3) { groups.hurry() }
            context.wake.signal()
            // Nothing signals this; it takes one turn of the accepting thread, where nothing is left to be served.
            usleep(1_000)
        }
    }

    /// Stops accepting, ends streams that pause, gives requests in flight `bound` to finish, then closes everything and returns.
    ///
    /// Blocks for at most `bound` and the handlers that still run; a second call returns at once.
    package func stopAndWait(within bound: Duration = .seconds(5)) {
        guard context.beginStop() else { return }
        context.wake.signal()
        context.hurryStages()
        context.connections.closeStreams()
        let end = ContinuousClock.now.advanced(by: bound)
        while context.requestsInFlight > 0, context.drained.wait(until: end) {}
        // The acceptor goes first, since it hands connections to the workers, and with it the listening sockets.
        acceptor.withLock { $0.take() }?.stop()
        awaitHeldRequests()
        awaitHeldStreams()
        context.connections.cutStreams()
        groups.stop()
        // A connection handed over but not yet begun is closed without a notification.
        context.connections.removeAll()
    }

    /// Waits for what stages are finding out, as it waits for handlers; see `awaitHeldStreams`.
    private func awaitHeldRequests() {
        while context.hasHeldRequests { context.drained.wait(until: .now + .milliseconds(1)) }
    }

    /// Waits until libmicrohttpd has come back to every connection that was held back.
    ///
    /// MHD_stop_daemon aborts the process while one is suspended, and races with its own thread over one that is resumed.
    private func awaitHeldStreams() {
        let end = ContinuousClock.now + .seconds(5)
        while context.connections.hasHeldStreams, ContinuousClock.now < end {
            // Nothing signals this; it takes one turn of libmicrohttpd's loops.
            context.drained.wait(until: .now + .milliseconds(1))
        }
    }

    /// Does what `stopAndWait` does, on a thread of its own.
    package func stop(within bound: Duration = .seconds(5)) async {
        do {
            // A cancellation need not wake anything: the stop has a bound.
            try await DedicatedThread.run(name: "http-stop", stop: context.wake) {
                self.stopAndWait(within: bound)
            }
        } catch {
            // Without a thread for it, the caller's has to block.
            stopAndWait(within: bound)
        }
    }

    private static func open(
        _ listener: Listener, mode: UInt32
    ) throws(MicrohttpdError) -> [ListeningSocket] {
        switch listener {
        case .address(let address): try ListeningSocket.open(address, mode: mode)
        case .inherited(let descriptor): [try ListeningSocket(takingOwnership: descriptor)]
        }
    }
}

/// Other TLS settings with all that serves under them, which is used or dropped; one at a time for a server.
package struct TLSReplacement {
    private let server: HTTPServer
    private let settings: TLSSettings?
    private let group: DaemonGroup

    fileprivate init(of server: HTTPServer, by settings: TLSSettings?, _ group: DaemonGroup) {
        self.server = server
        self.settings = settings
        self.group = group
    }

    /// Serves new connections by them, unless the server stops.
    package func use() { server.use(group, settings) }

    /// Ends what has served nobody yet.
    package func drop() { group.stop() }
}
