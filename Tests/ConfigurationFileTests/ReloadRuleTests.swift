import Testing

@testable import ConfigurationFile

/// What a reload may change.
@Suite(.timeLimit(.minutes(5)))
struct ReloadRuleTests {
    @Test(arguments: [
        ("", []), ("global: {prefix: a_}", ["global.prefix"]),
        ("global: {labels: {a: b}, initial-zero: 1m}", ["global.labels", "global.initial-zero"]),
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
    ])
    func namesWhatOnlyARestartCanChange(text: String, keys: [String]) throws {
        let new = try Configuration.parse(text: text, file: "c.yml")
        #expect(Configuration().keysToRestart(for: new) == keys)
        #expect(new.keysToRestart(for: new) == [])
    }
}
