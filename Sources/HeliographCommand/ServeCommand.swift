public import ArgumentParser
import ExporterCore
import Glibc
public import JournalLogging
public import Logging
import ServiceLifecycle
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
        help: "Where to serve metrics, host:port; may be repeated. (default: :9568)")
    var listenAddresses: [ListenAddress] = []

    @Option(name: .customLong("web.telemetry-path"), help: "The path of the metrics. (default: /metrics)")
    var telemetryPath: String?

    @Option(
        name: .customLong("web.max-requests"),
        help: "Scrapes answered at a time, 0 for no limit. (default: 40)")
    var maxRequests: Int?

    @Option(
        name: .customLong("statsd.listen-udp"),
        help: "Where to receive StatsD over UDP; empty for nowhere. (default: 127.0.0.1:9125)")
    var statsdUDP: String?

    @Option(
        name: .customLong("statsd.listen-unix"),
        help: "The Unix datagram socket for StatsD; empty for none. (default: statsd.sock in /run/heliograph)"
    )
    var statsdUnix: String?

    @Option(
        name: .customLong("events.listen-unix"),
        help:
            "The Unix stream socket for JSON events; empty for none. (default: events.sock in /run/heliograph)"
    )
    var eventsUnix: String?

    @Option(name: .customLong("log.level"), help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: Logger.Level = .info

    @Option(
        name: .customLong("log.format"),
        help: "auto (the journal under systemd, else json), json, logfmt or journal.")
    var logFormat: JournalLogHandler.Format = .auto

    func validate() throws {
        if let telemetryPath, !telemetryPath.hasPrefix("/") {
            throw ValidationError("--web.telemetry-path: \"\(telemetryPath)\" does not begin with a slash.")
        }
        if let maxRequests, maxRequests < 0 {
            throw ValidationError("--web.max-requests: \(maxRequests) is below zero.")
        }
        if let statsdUDP, !statsdUDP.isEmpty { _ = try Self.address(statsdUDP, of: "--statsd.listen-udp") }
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
        let sockets = passed.isEmpty ? DefaultSockets.forThisProcess : .none
        return { [self] in
            var configuration =
                try configFile.map { try Configuration.load(path: $0, sockets: sockets) }
                ?? Configuration(sockets: sockets)
            try override(&configuration)
            return configuration
        }
    }

    private func override(_ configuration: inout Configuration) throws {
        if !listenAddresses.isEmpty { configuration.web.listenAddresses = listenAddresses }
        if let telemetryPath { configuration.web.telemetryPath = telemetryPath }
        if let maxRequests { configuration.web.maxRequests = maxRequests }
        if let statsdUDP {
            configuration.statsd.udp =
                statsdUDP.isEmpty ? nil : try Self.address(statsdUDP, of: "--statsd.listen-udp")
        }
        if let statsdUnix { configuration.statsd.unix = statsdUnix.isEmpty ? nil : statsdUnix }
        if let eventsUnix { configuration.events.unix = eventsUnix.isEmpty ? nil : eventsUnix }
    }

    private static func address(_ text: String, of flag: String) throws -> ListenAddress {
        do throws(ListenAddressError) {
            return try ListenAddress(text)
        } catch {
            throw ValidationError("\(flag): \(error)")
        }
    }
}

extension ListenAddress: ExpressibleByArgument {
    package init?(argument: String) {
        guard let address = try? ListenAddress(argument) else { return nil }
        self = address
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}

extension JournalLogHandler.Format: ExpressibleByArgument {}
