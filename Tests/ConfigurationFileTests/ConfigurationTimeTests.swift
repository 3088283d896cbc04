import Linux
import Testing

@testable import ConfigurationFile

/// Files of nearly the largest size, and texts that could be in them, that would take hours if the time to read them grew
/// faster than their length.
@Suite(.timeLimit(.minutes(5)))
struct ConfigurationTimeTests {
    private static func file(
        _ before: String, _ count: Int, _ after: String = "", _ entry: (Int) -> String
    ) -> String {
        before + (0..<count).map(entry).joined() + after
    }

    private static let files: [String] = [
        file("", 8_000) { "statsf\($0): 1\n" },
        file("global:\n  labels:\n", 8_000) { "    l\($0): v\n" },
        file("global: {labels: {", 8_000, "}}\n") { "l\($0): v, " },
        file("statsd:\n  rules:\n", 5_000) { "    - match: m\($0)\n" },
        file("statsd:\n  rules:\n", 5_000) { _ in "    - match: same\n" },
        file("statsd:\n  buckets: [", 15_000, "]\n") { "\($0), " },
        file("metrics:\n", 3_000) { "  - {name: a.m\($0), type: gauge}\n" },
        file("metrics:\n", 3_000) { "  - {name: a.m, type: gauge, keep: {k: v\($0)}}\n" },
        file("metrics:\n  - name: a.b\n    type: gauge\n    labels: [", 15_000, "]\n") { "l\($0), " },
        file("? {a: 1}\n: 1\n", 5_000) { "? {b\($0): 1}\n: 1\n" },
    ]

    @Test(arguments: files.indices)
    func manyEntries(file: Int) {
        _ = try? Configuration.parse(text: Self.files[file], file: "f")
    }

    private static let parts = ["\u{1F1E9}\u{1F1EA}", "\u{301}", "$", "9", ".", "a.", ":", "::", "%", "${"]

    @Test(arguments: parts)
    func oneLongText(part: String) {
        let text = String(repeating: part, count: 30_000 / part.utf8.count)
        let places = [
            "%: 1", "global: {prefix: '%'}", "global: {labels: {'%': '%'}}", "web: {telemetry-path: '%'}",
            "web: {listen-addresses: ['%', '[%]:80', '%:80', ':%']}", "statsd: {udp: '%:1', unix: '%'}",
            "statsd: {expiry: {gauges: '%'}, unix-mode: '%', series-limit: '%'}", "statsd: {buckets: ['%']}",
            "statsd: {rules: [{match: 'a.%', name: '%', labels: {a: '%'}, unit: '%'}]}",
            "metrics: [{name: '%', type: '%', description: '%', quantiles: ['%'], window: '%'}]",
        ]
        for place in places {
            let filled = place.split(separator: "%", omittingEmptySubsequences: false).joined(separator: text)
            _ = try? Configuration.parse(text: filled, file: "f")
        }
    }

    /// Looking for characters from the end takes quadratic time in flags.
    @Test(arguments: parts)
    func aLongAddress(part: String) {
        let length = part == Self.parts[0] ? 1_000_000 : 50_000
        let text = String(repeating: part, count: length / part.utf8.count)
        for address in [text, "[\(text)]:80", "\(text):80", ":\(text)"] {
            #expect(throws: ListenAddressError.self) { try ListenAddress(address) }
        }
    }
}
