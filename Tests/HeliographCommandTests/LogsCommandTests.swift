import Logging
import Systemd
import Testing

@testable import HeliographCommand

@Suite(.timeLimit(.minutes(5)))
struct LogsCommandTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"

    private static func query(_ words: String...) throws -> JournalQuery {
        try LogsCommand(LogsCommand.command.invocation(words), now: 1_000_000_000).query
    }

    @Test func asksForAllOfTheService() throws {
        #expect(try Self.query() == JournalQuery())
        #expect(JournalQuery().unit == "heliograph.service")
    }

    @Test func readsEachFlag() throws {
        let query = try Self.query(
            "--unit=shop", "--level=warning", "--since=10m", "--until=5m", "--field=source=statsd", "--field",
            "_PID=7", "--trace=\(Self.trace.uppercased())", "-n", "3", "--directory=/tmp/x")

        #expect(query.unit == "shop.service")
        #expect(query.level == .warning)
        #expect(query.since == 400_000_000)
        #expect(query.until == 700_000_000)
        #expect(
            query.fields == [
                JournalMatch("SOURCE", "statsd"), JournalMatch("_PID", "7"),
                JournalMatch("TRACE_ID", Self.trace),
            ])
        #expect(query.lines == 3)
        #expect(query.directory == "/tmp/x")
        #expect(!query.isFollowing)
    }

    @Test(arguments: ["A-B=1", "__A=1", "É=1", " =1", "A B=1", "=1", "A"])
    func aFieldThatNoEntryCanHaveIsWrongUsage(field: String) {
        #expect(throws: UsageErrors.self) { try Self.query("--field=\(field)") }
    }

    @Test func aFollowerSeesTheLastTenOrThoseSinceATime() throws {
        #expect(try Self.query("-f").lines == 10)
        #expect(try Self.query("-f").isFollowing)
        #expect(try Self.query("--follow", "--since=1m").lines == nil)
        #expect(try Self.query("-f", "-n=2").lines == 2)
    }

    @Test func aUnitKeepsItsEnding() throws {
        #expect(try Self.query("--unit=web@1.service").unit == "web@1.service")
        #expect(try Self.query("--unit=a.socket").unit == "a.socket")
    }

    @Test func asksForTheTracesOfAMetric() throws {
        func exemplars(_ words: String...) throws -> ExemplarTraces? {
            try LogsCommand(LogsCommand.command.invocation(words)).exemplars
        }
        #expect(try exemplars() == nil)
        #expect(
            try exemplars("--trace-of=a_seconds")
                == ExemplarTraces(metric: "a_seconds", url: "http://localhost:9568/metrics"))
        #expect(
            try exemplars("--trace-of=a_seconds", "--url=http://[::1]:1/m")
                == ExemplarTraces(metric: "a_seconds", url: "http://[::1]:1/m"))
    }

    @Test func namesAllThatIsWrong() throws {
        let errors = #expect(throws: UsageErrors.self) {
            try Self.query(
                "--level=warn", "--since=never", "--field==x", "--trace=12", "-n=-1", "--format=xml", "-f",
                "--until=1m", "--url=http://localhost")
        }
        #expect(
            errors?.sentences.map { $0.prefix { $0 != ":" } } == [
                "--level=warn", "--since=never", "--field==x", "--trace=12",
                "--url is for the exemplars of a metric", "--lines=-1", "--follow has no end",
                "--format=xml",
            ])
    }

    @Test func badUsageAndAMissingJournalHaveTheirCodes() async {
        #expect(await HeliographCommand.command.main(["logs", "--no"]) == .usage)
        #expect(await HeliographCommand.command.main(["logs", "--directory=/nonexistent"]) == .noInput)
        #expect(ExitStatus.noPermission.code == 77)
    }
}
