import ConfigurationKeys
import Testing

@testable import ConfigurationFile

/// What a reload may change.
@Suite(.timeLimit(.minutes(5)))
struct ReloadRuleTests {
    @Test(arguments: [
        ("", []), ("global: {prefix: a_}", ["global.prefix"]),
        ("global: {labels: {a: b}, initial-zero: 1m}", ["global.labels", "global.initial-zero"]),
        ("web: {unix-mode: \"0600\"}", ["web.unix-mode"]),
        ("web: {created-lines: true}", ["web.created-lines"]),
        ("limits: {memory: 8MiB, samples: 7}", ["limits.memory", "limits.samples"]),
        ("web: {max-requests: 1, telemetry-path: /m}", ["web.telemetry-path", "web.max-requests"]),
        (
            "web: {listen-addresses: [\":1\"], max-requests: 1}",
            ["web.listen-addresses", "web.max-requests"]
        ),
        (
            "statsd: {udp: null, unix: /a, unix-mode: \"0600\"}",
            ["statsd.udp", "statsd.unix", "statsd.unix-mode"]
        ),
        ("events: {unix: /a, unix-mode: \"0600\"}", ["events.unix", "events.unix-mode"]),
        ("statsd: {tag-styles: [], bare-tags: drop}", ["statsd.tag-styles", "statsd.bare-tags"]),
        ("statsd: {prefix: a_}\nevents: {prefix: b_}\ncarbon: {prefix: c_}", []),
        ("statsd: {expiry: {gauges: 1s, others: 1s}, series-limit: 1, metrics-limit: 1, tags-limit: 1}", []),
        ("statsd: {buckets: native, rules: [{match: a, initial-zero: 1m}]}", []),
        ("metrics: [{name: a.b, type: counter, initial-zero: 1m}]", []),
        ("log: {level: debug, format: json, levels: {a: info}, formats: {a: logfmt}}", []),
        ("web: {config-file: /etc/web.yml}", ["web.config-file"]),
    ])
    func namesWhatOnlyARestartCanChange(text: String, keys: [String]) throws {
        let new = try Configuration.parse(text: text, file: "c.yml")
        let errors = mistakes(of: new, after: Configuration())
        #expect(
            Set(errors.map { $0.description.split(separator: ": ")[1] }) == Set(keys.map { Substring($0) }))
        #expect(errors.count == keys.count)
        #expect(mistakes(of: new, after: new) == [])
    }

    @Test(arguments: [
        ("# one\nweb:\n  max-requests: 3\n", "c.yml:3:17: web.max-requests"),
        ("web: {max-requests: 3}\n", "c.yml:1:21: web.max-requests"),
        ("# one\nweb:\n  # two\n  telemetry-path: /metrics\n", "c.yml:4:3: web.max-requests"),
        ("# one\nstatsd: {prefix: a_}\n", "c.yml:2:1: web.max-requests"),
        ("# one\nweb:\n", "c.yml:2:5: web.max-requests"), ("", "c.yml:1:1: web.max-requests"),
    ])
    func namesThePlaceOfWhatChangedOrOfTheSectionThatLacksIt(text: String, place: String) throws {
        let old = try Configuration.parse(text: "web: {max-requests: 7}", file: "c.yml")
        let new = try Configuration.parse(text: text, file: "c.yml")
        #expect(
            mistakes(of: new, after: old).map(\.description) == [
                "\(place): a reload can't change this: restart the service for that"
            ])
    }

    @Test func placesAloneChangeNothing() throws {
        let texts = ["web: {max-requests: 3}", "# one\nweb:\n  max-requests: 3\n"]
        let configurations = try texts.map { try Configuration.parse(text: $0, file: "c.yml") }
        #expect(configurations[0] == configurations[1])
    }

    private func mistakes(of new: Configuration, after old: Configuration) -> [ConfigurationError] {
        do throws(ConfigurationErrors) {
            try old.checkReload(to: new)
            return []
        } catch {
            return error.errors
        }
    }
}
