import ConfigurationFile
import Exporting
import Ingest
import JournalLogging
import Linux
import LogTelemetry
import Logging
import StateFiles
import Supervision
import Synchronization
import TelemetryMetrics
import UnixSignals

/// Reloads the configuration, at SIGHUP or when asked: all of it or nothing, one reload at a time.
final class ConfigurationReload: Sendable {
    /// Held for the length of a reload.
    private let current: Mutex<Configuration>
    private let metrics: ConfigurationMetrics
    private let registries: WireRegistries
    private let events: EventMetrics
    private let keeper: StateKeeper
    private let web: WebReload?
    private let load: @Sendable () throws -> Configuration
    private let manager: ManagerReport
    private let logger = Logger(label: "heliograph.configuration")

    init(
        current: Configuration, metrics: ConfigurationMetrics, registries: WireRegistries,
        events: EventMetrics, keeper: StateKeeper, web: WebReload? = nil, manager: ManagerReport,
        load: @escaping @Sendable () throws -> Configuration
    ) {
        self.current = Mutex(current)
        self.metrics = metrics
        self.registries = registries
        self.events = events
        self.keeper = keeper
        self.web = web
        self.manager = manager
        self.load = load
        metrics.loaded(successfully: true)
    }

    /// Up once it catches the signal; signals that come during a reload are answered by one more.
    var child: ChildSpec {
        ChildSpec("reload") { [self] context in
            let signals = await UnixSignalsSequence(trapping: .sighup)
            let (asked, ask) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
            context.ready()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await _ in signals { ask.yield() }
                    ask.finish()
                }
                for await _ in asked {
                    // On a thread of its own, since it takes long with many names.
                    _ = try await DedicatedThread.value(name: "reload") { self.reload() }
                    try await Task.sleep(for: Self.pause)
                }
                group.cancelAll()
            }
        }
    }

    /// Between two reloads by signals, so that what waits for the locks of one has its turn.
    private static let pause = Duration.milliseconds(250)

    /// Loads the configuration and applies it; what is wrong with it is logged, and everything stays as it was.
    @discardableResult
    func reload() -> ReloadOutcome {
        current.withLock { current in
            manager.reloading()
            var outcome = ReloadOutcome.reloaded
            do {
                current = try replace(current)
                // Also where the file says what it said before: levels may have been changed meanwhile.
                JournalLogHandler.rules = current.log.rules
            } catch {
                outcome = ReloadOutcome(refusedFor: error)
            }
            metrics.loaded(successfully: outcome == .reloaded)
            log(outcome)
            manager.reloaded(outcome)
            return outcome
        }
    }

    /// Puts what is loaded now, the web configuration file too, in the place of what is in use, where nothing forbids it.
    private func replace(_ current: Configuration) throws -> Configuration {
        guard let web else { return try replaceOwn(current) }
        var new = current
        try web.reload { new = try replaceOwn(current) }
        return new
    }

    private func replaceOwn(_ current: Configuration) throws -> Configuration {
        let new = try load()
        // Names from wires are decided upon anew under a lock that new ones wait for: not for nothing.
        guard new != current else { return current }
        try current.checkReload(to: new)
        try events.replace(with: new.eventMetrics)
        registries.change(to: new)
        keeper.interval = new.state.interval
        return new
    }

    private func log(_ outcome: ReloadOutcome) {
        if outcome == .reloaded {
            logger.info("Configuration reloaded", metadata: LogMessage.configurationReloaded.metadata())
        }
        for mistake in outcome.shown {
            logger.error(
                "Configuration not reloaded: \(mistake)",
                metadata: LogMessage.configurationRefused.metadata())
        }
    }
}
