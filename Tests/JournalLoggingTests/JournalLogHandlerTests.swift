import Glibc
import Logging
import Systemd
import Telemetry
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct JournalLogHandlerTests {
    /// Runs `body` with a logger whose lines go to a pipe and returns what came out, from the message on.
    private func logged(provider: Logger.MetadataProvider? = nil, _ body: (inout Logger) -> Void)
        -> [Substring]
    {
        var ends: [Int32] = [-1, -1]
        _ = unsafe pipe(&ends)
        let destinations = LogDestinations(LogDestination(format: .logfmt, identifier: "shopd"))
        let writeEnd = ends[1]
        let queue = LogQueue(now: { 0 }) {
            let lines = LineOutput(descriptor: writeEnd)
            return DestinationOutput(
                destinations, lines: lines, journal: JournalOutput(JournalSocket(), lines: lines, now: { 0 }))
        }
        let loggers = KnownLoggers.of(LogTarget(queue: queue) { _ in 0 }, rules: RulesInUse())
        var logger = Logger(label: "shop") { label in
            JournalLogHandler(label: label, of: loggers, metadataProvider: provider)
        }
        body(&logger)
        #expect(queue.flush(timeout: .seconds(60)))
        close(ends[1])
        defer { close(ends[0]) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe read(ends[0], &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n").map {
            line in
            line.split(separator: " ").drop { !$0.hasPrefix("level=") }.joined(separator: " ")[...]
        }
    }

    @Test func writesWhatTheLoggerLetsThrough() {
        let lines = logged { logger in
            logger.debug("hidden")
            logger.logLevel = .debug
            logger[metadataKey: "order"] = "7"
            logger.log(level: .debug, "seen", metadata: ["n": "\(1)"], file: "A/B.swift", line: 3)
        }
        #expect(lines == ["level=debug logger=shop msg=seen n=1 order=7 source=A/B.swift:3"])
    }

    @Test func asksTheMetadataProviderAtEachRecord() {
        let lines = logged(provider: .init { ["trace": "abc"] }) { logger in
            logger.log(level: .info, "one", file: "A/B.swift", line: 1)
            logger.log(level: .info, "two", metadata: ["trace": "mine"], file: "A/B.swift", line: 2)
        }
        #expect(
            lines == [
                "level=info logger=shop msg=one trace=abc source=A/B.swift:1",
                "level=info logger=shop msg=two trace=mine source=A/B.swift:2",
            ])
    }

    @Test func namesTheTraceOfTheRunningTask() {
        let lines = logged { logger in
            TraceContext.withCurrent(exampleTrace) {
                logger.log(level: .info, "within", file: "A/B.swift", line: 1)
            }
            logger.log(level: .info, "without", file: "A/B.swift", line: 2)
        }
        #expect(
            lines == [
                "level=info logger=shop msg=within trace_id=4bf92f3577b34da6a3ce929d0e0e4736 "
                    + "span_id=00f067aa0ba902b7 source=A/B.swift:1",
                "level=info logger=shop msg=without source=A/B.swift:2",
            ])
    }

    /// As `LoggingSystem.bootstrap` takes it, which a process calls once.
    @Test func canBeBootstrappedByItsInitialiser() {
        let plain: @Sendable (String) -> any LogHandler = JournalLogHandler.init(label:)
        let traced: @Sendable (String, Logger.MetadataProvider?) -> any LogHandler = JournalLogHandler.init
        #expect(plain("a").logLevel == .info)
        #expect(plain("a").metadataProvider == nil)
        #expect(traced("a", .init { ["k": "v"] }).metadataProvider?.get() == ["k": "v"])
    }

    @Test func aCopyOfALoggerKeepsItsOwnMetadataAndLevel() {
        let lines = logged { logger in
            var copy = logger
            copy[metadataKey: "copy"] = "yes"
            copy.logLevel = .error
            logger.log(level: .info, "original", file: "A/B.swift", line: 1)
            copy.log(level: .info, "hidden", file: "A/B.swift", line: 2)
            copy.log(level: .error, "copied", file: "A/B.swift", line: 3)
        }
        #expect(
            lines == [
                "level=info logger=shop msg=original source=A/B.swift:1",
                "level=error logger=shop msg=copied copy=yes source=A/B.swift:3",
            ])
    }

    @Test func anEndingProcessStillWritesWhatItLoggedLast() async throws {
        let result = try await #require(
            processExitsWith: .exitCode(78), observing: [\.standardErrorContent]
        ) {
            LoggingSystem.bootstrap(JournalLogHandler.factory(format: .json))
            Logger(label: "shop").error("bad configuration")
            exit(78)
        }
        let text = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(text.contains(#""level":"error","logger":"shop","message":"bad configuration""#))
    }
}
