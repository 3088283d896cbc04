import Arena
import Carbon
package import ConfigurationFile
import EventSocket
import Exporting
package import Ingest
import Linux
import Listeners
import LogTelemetry
import Logging
import ServiceLifecycle
import StateFiles
import StatsD
import Supervision
import Synchronization
package import Systemd
import Telemetry
import TelemetryMetrics
import UnixSignals

/// `heliograph serve`: an exporter with the listeners for events of other processes, under one supervisor.
package final class ExporterService: Service {
    private let exporter: Exporter
    private let configuration: Configuration
    private let reload: ConfigurationReload
    private let sockets: IngestSockets
    private let suspects: SuspectInputs
    private let ingest: IngestMetrics
    private let registries: WireRegistries
    private let events: EventMetrics
    private let progress: ClientProgress
    private let manager: ManagerReport
    private let control: ControlListener?
    private let watchdog: Watchdog?
    private let keeper: StateKeeper
    private let health = TreeHealth()
    private let draining = Mutex<MoreTime?>(nil)
    private let status: ServiceStatus
    private let end: EndRecord
    private let logger = Logger(label: "heliograph.service")

    /// Opens the sockets of `configuration`; events are counted once `run` is called.
    ///
    /// - Parameters:
    ///   - load: reads the configuration again at SIGHUP.
    ///   - passed: what systemd passed to the process.
    /// - Throws: what names the place that is wrong: a metric, an address, a path.
    package init(
        _ configuration: Configuration, passed: [ActivatedDescriptor] = [],
        load: @escaping @Sendable () throws -> Configuration
    ) throws {
        self.configuration = configuration
        var passed = passed
        let kept = KeptState(from: &passed)
        let budget = try DescriptorBudget(configuration, passed: passed)
        var settings = ExporterConfiguration(configuration, budget.connections)
        keeper = StateKeeper(
            StatePlaces(configuration, isKept: kept.isHeard), kept: kept.predecessors,
            limit: settings.storeLimits.memory)
        kept.setAsideUnreadable(with: keeper)
        settings.keeper = keeper
        settings.passedListeners = passed.takeListeners(named: "web")
        guard !configuration.web.systemdSocket || !settings.passedListeners.isEmpty else {
            throw NoPassedSocket()
        }
        let lifecycle = configuration.web.enablesLifecycle ? Lifecycle(prefix: settings.routePrefix) : nil
        if let lifecycle { settings.contributions.append(lifecycle.contribution) }
        exporter = try Exporter(MetricSet([]), configuration: settings)
        let store = exporter.store
        let manager = ManagerReport()
        let adopting = MoreTime(manager.notifier) { [store] in store.seriesCount }
        defer { adopting?.end() }
        try Self.registerOwnMetrics(in: store)
        try EndRecord.count(after: keeper.predecessor, in: store)
        EndRecord.report(after: keeper.predecessor, to: logger)
        end = try EndRecord(in: store.arena)
        ingest = try IngestMetrics(store: store, connections: exporter.ownMetrics.connections)
        events = EventMetrics(store: store)
        progress = ClientProgress(in: store.arena, after: keeper.predecessor)
        try events.replace(with: configuration.eventMetrics)
        registries = WireRegistries(store: store, configuration)
        let reload = ConfigurationReload(
            current: configuration, metrics: try ConfigurationMetrics(store: store), registries: registries,
            events: events, keeper: keeper, web: exporter.webReload, manager: manager, load: load)
        (self.manager, self.reload) = (manager, reload)
        lifecycle?.reload(by: { reload.reload() })
        control = try ControlListener.open(configuration.control, state: StateAccess(store)) {
            reload.reload()
        }
        var receivers = Receivers(store, after: keeper.predecessor)
        sockets = try IngestSockets(
            configuration, passed: passed, limits: budget.connections, receivers: &receivers)
        receivers.reportLost()
        suspects = try SuspectInputs(store, after: keeper.predecessor)
        Self.report(suspects.found, to: logger)
        watchdog = try Watchdog.fromEnvironment()
        status = ServiceStatus(
            place: configuration.place(passed: !settings.passedListeners.isEmpty), store: store,
            ingest: ingest)
        for name in sockets.closed {
            logger.warning("Closed a passed descriptor that nothing is for", metadata: ["name": "\(name)"])
        }
        for address in sockets.missing {
            logger.info(
                "Not listening where this machine has no address", metadata: ["address": "\(address)"])
        }
        budget.log(to: logger)
        let memory = store.budget.limits.memory
        if let wanted = configuration.limits.memory, memory < wanted {
            logger.warning(
                "Less memory for series than configured, as a limit of the system leaves too little",
                metadata: ["limits.memory": "\(wanted)", "bytes": "\(memory)"])
        }
        exporter.endTakeover()
        kept.keep(store, generation: keeper.keep(store))
        keeper.logMissingDirectory(to: logger)
    }

    /// Runs until a graceful shutdown or cancellation; it drains what is in the sockets before it returns.
    ///
    /// - Throws: what a child could not start for, or what the supervisor gave up for.
    package func run() async throws {
        defer { control?.close() }
        do {
            try await supervise()
        } catch {
            // What was received before may not be applied yet: the memory has it, an image has not.
            await writeLastImage(isComplete: false)
            throw error
        }
        await writeLastImage(isComplete: true)
    }

    /// Nothing is counted any more, and the next process goes on with this.
    private func writeLastImage(isComplete: Bool) async {
        let more = MoreTime(manager.notifier) { [keeper] in keeper.progress }
        await keeper.finish(exporter.store, isLast: isComplete)
        more?.end()
    }

    private func supervise() async throws {
        let children =
            exporter.children() + ingestChildren + [reload.child, Self.heap]
            + (control.map { [$0.child] } ?? []) + manager.children
            + (manager.notifier.isHeard ? [status.child(manager)] : []) + watchdogChildren
        let supervisor = try Supervisor("heliograph", children: children)
        let log = try SupervisionLog()
        defer { log.detach() }
        end.noteWatchdog()
        defer { end.ignoreWatchdog() }
        try health.attach(to: "heliograph")
        defer { health.detach(from: "heliograph") }
        defer { draining.withLock { $0.take() }?.end() }
        try await withGracefulShutdownHandler {
            try await cancelWhenGracefulShutdown { [self] in
                try await supervisor.run { self.becomeReady() }
            }
        } onGracefulShutdown: { [self] in
            exporter.readiness.set(false)
            manager.stopping()
            let more = MoreTime(manager.notifier) { [ingest] in ingest.decided }
            draining.withLock { $0 = more }
            logger.info("Stopping")
        }
        end.noteStop()
    }

    /// The last few lines that were refused, for each source and cause, oldest first.
    package var rejectedLines: [RejectedLines.Line] { ingest.rejectedLines }

    private static func report(_ found: [SuspectInputs.Found], to logger: Logger) {
        for input in found {
            let metadata: Logger.Metadata = ["input": "\(input.text)", "ends": "\(input.ends)"]
            if input.isRefused {
                logger.error(
                    "An input at which the process ended twice is refused",
                    metadata: LogMessage.inputRefused.metadata(metadata))
            } else {
                logger.notice(
                    "The process before ended while it was at this input",
                    metadata: LogMessage.inputSuspected.metadata(metadata))
            }
        }
    }

    /// Registers what the service says of its store.
    static func registerOwnMetrics(in store: MetricStore) throws(DefinitionErrors) {
        try MetricSet.service.register(in: store, id: "heliograph.service", isInternal: true)
    }

    private func becomeReady() {
        exporter.readiness.set(true)
        manager.ready(status: status.text)
        logger.info("Ready", metadata: ["version": "\(Version.current)"])
    }
}

extension ExporterService {
    private static let backoff = Backoff(initial: .milliseconds(50), cap: .seconds(5))

    private var ingestChildren: [ChildSpec] {
        var ids: [String: Int] = [:]
        return sockets.listeners.map { socket in
            let number = ids[socket.id, default: 0]
            ids[socket.id] = number + 1
            let id = number == 0 ? socket.id : "\(socket.id)-\(number)"
            return ChildSpec(id, backoff: Self.backoff) { [self] in try await run(socket) }
        }
    }

    private func run(_ socket: IngestListener) async throws {
        let (ingest, suspects, arena) = (ingest, suspects, exporter.store.arena)
        let counters = ingest.counters(source: socket.wire.source)
        switch socket.wire {
        case .statsd:
            try await socket.listener.run { [registries, configuration] in
                let samples = SampleIngest(
                    StatsDParser(configuration.statsd), registries.statsd, counters: counters,
                    receiver: socket.receiver
                ) {
                    ingest.noteDatagrams($0, of: socket.transport)
                }
                return GuardedIngest(samples, suspects, counters: counters)
            }
        case .events:
            try await socket.listener.run { [events, progress] in
                GuardedIngest(
                    EventIngest(
                        events, counters: counters, progress: progress,
                        report: ingest.connections(of: socket.wire.source)),
                    suspects, counters: counters, inWork: try? InputInWork(in: arena))
            }
        case .carbon:
            try await socket.listener.run { [registries] in
                GuardedIngest(
                    SampleIngest(
                        CarbonParser(), registries.carbon, counters: counters,
                        report: ingest.connections(of: socket.wire.source)),
                    suspects, counters: counters, inWork: try? InputInWork(in: arena))
            }
        }
    }

    /// What lines and requests took that never ended is free once their connections are gone, but not given back by itself.
    private static let heap = ChildSpec("heap") {
        while true {
            try await Task.sleep(for: .seconds(10))
            Heap.trim(whereFree: 8 << 20)
        }
    }

    private var watchdogChildren: [ChildSpec] {
        guard let watchdog else { return [] }
        return [
            ChildSpec("watchdog") { [self] in
                let loops: [any AnsweringLoop] = sockets.listeners.map(\.listener.loop)
                var check = HeartbeatCheck(
                    loops + exporter.loops + (control.map { [$0.loop] } ?? []))
                while true {
                    if check.allAnswered(), health.isSound { manager.alive() }
                    try await Task.sleep(for: watchdog.pingInterval)
                }
            }
        ]
    }
}

extension Configuration {
    /// Where the service has its metrics, for a person.
    fileprivate func place(passed: Bool) -> String {
        let addresses = web.listenAddresses.map(\.description).joined(separator: ", ")
        let prefix = ExporterConfiguration.routePrefix(of: web)
        return (passed ? "a socket of systemd, " : addresses) + prefix + web.telemetryPath
    }
}

/// The configuration asks for a socket that nobody passed.
struct NoPassedSocket: Error, CustomStringConvertible {
    var description: String {
        "web.systemd-socket is true, but systemd passed no socket with FileDescriptorName=web"
    }
}

extension ExporterConfiguration {
    fileprivate static func routePrefix(of web: WebConfiguration) -> String {
        if let prefix = web.routePrefix { return RoutePrefix.trimmed(prefix) }
        return web.externalURL.flatMap { RoutePrefix.path(ofURL: $0) } ?? ""
    }

    /// The part of the service's configuration that an exporter needs.
    init(_ configuration: Configuration, _ connections: DescriptorBudget.Connections) {
        self.init()
        includesHeap = true
        parsedAddresses = configuration.web.listenAddresses
        unixMode = configuration.web.unixMode
        telemetryPath = configuration.web.telemetryPath
        externalPath = configuration.web.externalURL.flatMap { RoutePrefix.path(ofURL: $0) }
        routePrefix = Self.routePrefix(of: configuration.web)
        webConfigFile = configuration.web.configFile
        maxRequests = configuration.web.maxRequests
        showsCreatedLines = configuration.web.createdLines
        initialZero = configuration.global.initialZero
        memoryLimit = configuration.limits.memory
        samplesLimit = configuration.limits.samples
        maxConnections = connections.http
        maxConnectionsPerAddress = configuration.web.maxConnectionsPerAddress
        idleTimeout = configuration.web.idleTimeout
        requestTimeout = configuration.web.requestTimeout
        responseTimeout = configuration.web.responseTimeout
        prefix = configuration.global.prefix
        nameValidation = configuration.global.nameValidation
        constantLabels = configuration.global.labels.map { ($0.name, $0.value) }
    }
}
