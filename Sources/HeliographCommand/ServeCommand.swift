public import ArgumentParser
import ConfigurationFile
import Glibc
public import JournalLogging
import Linux
public import Logging
import ServiceLifecycle
import Serving
import Systemd
import UnixSignals

/// `heliograph serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Receive events and serve metrics until a signal ends it.",
        discussion: """
            SIGTERM and SIGINT end the service after it drained its sockets; SIGHUP reloads the configuration.
            Exit codes: 64 wrong usage, 69 an address or socket that can't be used, 78 a wrong configuration.
            """)

    @Option(name: .customLong("config.file"), help: "The configuration, a YAML file.")
    var configFile: String?

    @Option(
        name: .customLong("web.listen-address"),
        help: "Where to serve metrics, host:port; may be repeated. (default: :9568)",
        transform: FlagText.listenAddress)
    var listenAddresses: [ListenAddress] = []

    @Option(
        name: .customLong("web.telemetry-path"),
        help: "The path of the metrics; /, /-/ and /api/ are taken. (default: /metrics)",
        transform: FlagText.telemetryPath)
    var telemetryPath: String?

    @Option(
        name: .customLong("web.max-requests"),
        help: "Scrapes at a time, until the last byte is sent; 0 for no limit. (default: 40)")
    var maxRequests: Int?

    @Option(
        name: .customLong("web.max-response-memory"),
        help: "Memory of all pages that wait to be sent; one is always let through. (default: 64MiB)",
        transform: FlagText.size)
    var maxResponseMemory: Int?

    @Option(
        name: .customLong("statsd.listen-udp"),
        help: "Where to receive StatsD over UDP, host:port; none for nowhere. (default: 127.0.0.1:9125)",
        transform: { try FlagText.listener($0, FlagText.listenAddress) })
    var statsdUDP: OptionalListener<ListenAddress>?

    @Option(
        name: .customLong("statsd.listen-unix"),
        help:
            "The Unix datagram socket for StatsD; none for nowhere. (default: statsd.sock in /run/heliograph)",
        transform: { try FlagText.listener($0, FlagText.socketPath) })
    var statsdUnix: OptionalListener<String>?

    @Option(
        name: .customLong("events.listen-unix"),
        help:
            "The Unix stream socket for JSON events; none for nowhere. (default: events.sock in /run/heliograph)",
        transform: { try FlagText.listener($0, FlagText.socketPath) })
    var eventsUnix: OptionalListener<String>?

    @Option(name: .customLong("log.level"), help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: Logger.Level = .info

    @Option(
        name: .customLong("log.format"),
        help: "auto (the journal under systemd, else json), json, logfmt or journal.")
    var logFormat: JournalLogHandler.Format = .auto

    func validate() throws {
        var addresses: Set<ListenAddress> = []
        if let address = listenAddresses.first(where: { !addresses.claim($0) }) {
            throw ValidationError("--web.listen-address: \(address) is there twice.")
        }
        if let maxRequests, maxRequests < 0 {
            throw ValidationError("--web.max-requests: \(maxRequests) is below zero.")
        }
    }

    func run() async throws {
        // Before any thread is started: it changes the environment.
        let passed = try SocketActivation.take()
        LoggingSystem.bootstrap(JournalLogHandler.factory(format: logFormat, level: logLevel))
        let load = loader(passed: passed)
        let configuration: Configuration
        do {
            configuration = try load()
        } catch {
            throw fail(error, ExitStatus.configuration)
        }
        do {
            let service = try ExporterService(configuration, passed: passed, load: load)
            let group = ServiceGroup(
                services: [service], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "heliograph.lifecycle"))
            try await group.run()
        } catch {
            throw fail(error, ExitStatus.unavailable)
        }
    }

    private func fail(_ error: any Error, _ code: ExitCode) -> ExitCode {
        _ = JournalLogHandler.flush(timeout: .milliseconds(500))
        complain("heliograph: \(error)")
        return code
    }

    /// Reads the configuration with what the flags say over it.
    private func loader(passed: [ActivatedDescriptor]) -> @Sendable () throws -> Configuration {
        let sockets = passed.isEmpty ? DefaultSockets.prepare() : .none
        return { [self] in
            var configuration =
                try configFile.map { try Configuration.load(path: $0, sockets: sockets) }
                ?? Configuration(sockets: sockets)
            override(&configuration)
            return configuration
        }
    }

    private func override(_ configuration: inout Configuration) {
        if !listenAddresses.isEmpty { configuration.web.listenAddresses = listenAddresses }
        if let telemetryPath { configuration.web.telemetryPath = telemetryPath }
        if let maxRequests { configuration.web.maxRequests = maxRequests }
        if let maxResponseMemory { configuration.web.maxResponseMemory = maxResponseMemory }
        if let statsdUDP { configuration.statsd.udp = statsdUDP.address }
        if let statsdUnix { configuration.statsd.unix = statsdUnix.address }
        if let eventsUnix { configuration.events.unix = eventsUnix.address }
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}

extension JournalLogHandler.Format: ExpressibleByArgument {}
