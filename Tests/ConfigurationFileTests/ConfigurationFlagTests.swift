import Linux
import Testing

@testable import ConfigurationFile

@Suite(.timeLimit(.minutes(5)))
struct ConfigurationFlagTests {
    /// The configuration with the texts of a flag over its defaults, and sockets that no default has.
    private func configuration(_ name: String, _ texts: String...) throws -> Configuration {
        var configuration = Configuration()
        configuration.statsd.unix = "/run/s.sock"
        configuration.events.unix = "/run/e.sock"
        let flag = try #require(ConfigurationFlag.all.first { $0.name == name })
        try flag.put(texts, over: &configuration)
        return configuration
    }

    private func refusal(_ name: String, _ texts: String...) throws -> [String]? {
        var scratch = Configuration()
        let flag = try #require(ConfigurationFlag.all.first { $0.name == name })
        return #expect(throws: FlagErrors.self) { try flag.put(texts, over: &scratch) }?.sentences
    }

    @Test func areThoseOfTheCommand() {
        #expect(
            ConfigurationFlag.all.map(\.name) == [
                "limits.memory", "limits.samples", "state.directory", "state.interval", "state.live",
                "web.listen-address", "web.unix-mode", "web.systemd-socket", "web.route-prefix",
                "web.external-url",
                "web.enable-lifecycle", "web.telemetry-path", "web.config.file", "web.max-requests",
                "web.max-connections",
                "web.max-connections-per-address", "web.idle-timeout",
                "web.request-timeout", "web.response-timeout",
                "statsd.listen-udp", "statsd.listen-unix", "events.listen-unix", "carbon.listen-tcp",
                "log.level", "log.format", "control.listen-unix",
            ])
        #expect(ConfigurationFlag.all.filter(\.isRepeatable).map(\.name) == ["web.listen-address"])
    }

    @Test(arguments: ["none", ""])
    func aListenerCanBeNowhere(text: String) throws {
        #expect(try configuration("statsd.listen-udp", text).statsd.udp == nil)
        #expect(try configuration("statsd.listen-unix", text).statsd.unix == nil)
        #expect(try configuration("events.listen-unix", text).events.unix == nil)
    }

    @Test func standsOverTheFile() throws {
        let address = ListenAddress(host: "127.0.0.1", port: 9126)
        #expect(try configuration("statsd.listen-udp", "127.0.0.1:9126").statsd.udp == address)
        #expect(try configuration("events.listen-unix", "/run/a.sock").events.unix == "/run/a.sock")
        #expect(try configuration("web.telemetry-path", "/m").web.telemetryPath == "/m")
        #expect(try configuration("web.unix-mode", "0600").web.unixMode == 0o600)
        #expect(try configuration("web.enable-lifecycle", "true").web.enablesLifecycle)
        #expect(try configuration("web.config.file", "web.yml").web.configFile == "./web.yml")
        #expect(try configuration("limits.memory", "16MiB").limits.memory == 16 << 20)
        #expect(try configuration("limits.samples", "7").limits.samples == 7)
        #expect(try configuration("web.max-requests", "0").web.maxRequests == 0)
        let longest = "/" + String(repeating: "x", count: 106)
        #expect(try configuration("statsd.listen-unix", longest).statsd.unix == longest)
    }

    @Test func theLastTextCounts() throws {
        #expect(try configuration("web.max-requests", "1", "x", "2").web.maxRequests == 2)
    }

    @Test func addressesAddUp() throws {
        let port0 = ListenAddress(host: "127.0.0.1", port: 0)
        let other = ListenAddress(host: "::1", port: 9569)
        let texts = try configuration("web.listen-address", "127.0.0.1:0", "[::1]:9569", "127.0.0.1:0")
        #expect(texts.web.listenAddresses == [port0, other, port0])
    }

    @Test func namesEachTextThatIsWrong() throws {
        #expect(
            try refusal("web.listen-address", ":1", "x", ":1") == [
                "--web.listen-address=x: \"x\" has no port; write it as \":9568\" or \"127.0.0.1:9568\"",
                "--web.listen-address=:1: \":1\" appears twice",
            ])
    }

    @Test(arguments: [
        ("statsd.listen-udp", "127.0.0.1:99999", "a port is a number from 0 to 65535"),
        ("statsd.listen-udp", "127.0.0.1", "has no port"), ("statsd.listen-udp", "None", "has no port"),
        ("statsd.listen-udp", "null", "has no port"),
        ("web.telemetry-path", "", "begins with /"), ("web.telemetry-path", "none", "begins with /"),
        ("web.telemetry-path", "/a%20", "a character that a path can't have"),
        ("web.telemetry-path", "/api/v1/x", "is taken"),
        ("statsd.listen-unix", "rel.sock", "needs an absolute path"),
        ("events.listen-unix", "/run/", "names a directory"),
        ("events.listen-unix", "/" + String(repeating: "x", count: 107), "107 bytes, this one has 108"),
        ("limits.memory", "4MB", "needs a size above zero"),
        ("limits.memory", "2MiB", "needs a size from 4MiB to 32GiB, not 2MiB"),
        ("limits.memory", "33GiB", "needs a size from 4MiB to 32GiB, not 33GiB"),
        ("limits.samples", "0", "needs a number from 1, not 0"),
        ("web.max-requests", "-1", "needs a number from 0, not -1"),
        ("web.max-requests", "", "needs a whole number, not the text \"\""),
        ("limits.memory", "0KiB", "needs a size"),
        ("limits.memory", "none", "needs a size above zero"),
    ])
    func refusesWhatTheFileRefuses(flag: String, text: String, reason: String) throws {
        let sentence = try #require(try refusal(flag, text)?.first)
        #expect(sentence.hasPrefix("--\(flag)=\(text): ") && sentence.contains(reason))
    }
}
