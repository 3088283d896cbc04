import ConfigurationFile
import ConfigurationKeys
import Glibc
import JournalLogging
import Linux
import Logging
import ServiceLifecycle
import Serving
import Systemd
import UnixSignals

/// `heliograph serve`.
struct ServeCommand {
    static let name = "serve"

    private static let configFile = Flag(
        name: "config.file", placeholder: "file", help: "The configuration, a YAML file.")

    static let command = Command(
        name: name,
        abstract: "Receive events and serve metrics until a signal ends it.",
        discussion: """
            SIGTERM and SIGINT end the service after it drained its sockets; SIGHUP
            reloads the configuration, as heliograph reload does. Exit codes: 64 wrong
            usage, 69 an address or socket that can't be used or too low a limit of the
            system, 78 a wrong configuration.
            """,
        flags: [configFile] + ConfigurationFlag.all.map(Flag.init),
        run: { try await ServeCommand($0).run() })

    private let file: String?
    private let overrides: [(flag: ConfigurationFlag, texts: [String])]
    /// What the flags say of the log, which is in use before the file is read.
    private let log: LogConfiguration

    /// - Throws: all that is wrong with the texts of flags.
    init(_ invocation: Invocation) throws(UsageErrors) {
        file = invocation.text(Self.configFile)
        overrides = ConfigurationFlag.all.compactMap { flag in invocation.texts[flag.name].map { (flag, $0) }
        }
        var mistakes: [String] = []
        var scratch = Configuration()
        for (flag, texts) in overrides {
            do throws(FlagErrors) {
                try flag.put(texts, over: &scratch)
            } catch {
                mistakes += error.sentences
            }
        }
        guard mistakes.isEmpty else { throw UsageErrors(mistakes) }
        log = scratch.log
    }

    private func run() async throws {
        // Both change the environment, which no other thread reads yet.
        Self.silenceDispatch()
        var passed = try SocketActivation.take()
        let rules = log.rules
        LoggingSystem.bootstrap(JournalLogHandler.factory(format: rules.format, level: rules.level))
        KeptLog.goOn(from: &passed)
        let load = loader(passed: passed)
        let configuration: Configuration
        do {
            configuration = try load()
        } catch {
            throw fail(error, ExitStatus.configuration)
        }
        JournalLogHandler.rules = configuration.log.rules
        do {
            let service = try ExporterService(configuration, passed: passed, load: load)
            // Without a name, Swift would look for one at each start, by reflection.
            let named = ServiceGroupConfiguration.ServiceConfiguration(
                service: service, serviceName: "exporter")
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: [named], gracefulShutdownSignals: [.sigterm, .sigint],
                    logger: Logger(label: "heliograph.lifecycle")))
            try await group.run()
        } catch let errors as ConfigurationErrors {
            // Those of the web configuration file, which is read where the service is made.
            throw fail(errors, ExitStatus.configuration)
        } catch {
            throw fail(error, ExitStatus.unavailable)
        }
    }

    /// Keeps libdispatch from logging each thread whose niceness it can't raise, as no process without privileges can.
    ///
    /// It would do so by syslog(3), which blocks the thread while the journal does not read.
    private static func silenceDispatch() {
        unsafe setenv("LIBDISPATCH_LOG", "NO", 0)
    }

    private func fail(_ error: any Error, _ code: ExitStatus) -> ExitStatus {
        _ = JournalLogHandler.flush(timeout: .milliseconds(500))
        complain("heliograph: \(error)")
        return code
    }

    /// Reads the configuration with what the flags say over it.
    private func loader(passed: [ActivatedDescriptor]) -> @Sendable () throws -> Configuration {
        // What is kept of a process before, which is passed too, takes no socket's place.
        let hasSockets = passed.contains { $0.family != .none }
        let sockets = hasSockets ? DefaultSockets.ofProcess.controlOnly : DefaultSockets.prepare()
        return { [file, overrides] in
            var configuration =
                try file.map { try Configuration.load(path: $0, sockets: sockets) }
                ?? Configuration(sockets: sockets)
            for (flag, texts) in overrides { try flag.put(texts, over: &configuration) }
            return configuration
        }
    }
}
