import ConfigurationFile
import Ingest
import Logging
import Supervision
import Synchronization
import Systemd
import TelemetryMetrics
import UnixSignals

/// Reloads the configuration at SIGHUP: all of it or nothing.
final class ConfigurationReload: Sendable {
    private let current: Mutex<Configuration>
    private let metrics: ConfigurationMetrics
    private let registries: WireRegistries
    private let events: EventMetrics
    private let load: @Sendable () throws -> Configuration
    private let notifier = Notifier()
    private let logger = Logger(label: "heliograph.configuration")

    init(
        current: Configuration, metrics: ConfigurationMetrics, registries: WireRegistries,
        events: EventMetrics,
        load: @escaping @Sendable () throws -> Configuration
    ) {
        self.current = Mutex(current)
        self.metrics = metrics
        self.registries = registries
        self.events = events
        self.load = load
        metrics.loaded(successfully: true)
    }

    /// Up once it catches the signal.
    var child: ChildSpec {
        ChildSpec("reload") { [self] context in
            let signals = await UnixSignalsSequence(trapping: .sighup)
            context.ready()
            for await _ in signals { reload() }
        }
    }

    /// Loads the configuration and applies it; what is wrong with it is logged, and everything stays as it was.
    func reload() {
        _ = try? notifier.reloading()
        defer { _ = try? notifier.ready() }
        do {
            let new = try load()
            try check(new)
            try events.replace(with: new.eventMetrics)
            registries.change(to: new)
            current.withLock { $0 = new }
            metrics.loaded(successfully: true)
            logger.info("Configuration reloaded")
        } catch {
            metrics.loaded(successfully: false)
            logger.error("Configuration not reloaded", metadata: ["error": "\(error)"])
        }
    }

    /// Throws where keys would change that can't change while what is made from them is in use.
    private func check(_ new: Configuration) throws(ReloadError) {
        let changed = current.withLock(\.self).keysToRestart(for: new)
        guard changed.isEmpty else { throw ReloadError(keys: changed) }
    }
}

/// A reload that would change what only a restart can.
struct ReloadError: Error, Equatable, CustomStringConvertible {
    let keys: [String]

    var description: String {
        "A reload can't change \(keys.joined(separator: ", ")): restart the service for that."
    }
}
