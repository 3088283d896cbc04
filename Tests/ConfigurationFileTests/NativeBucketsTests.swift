import TelemetryMetrics
import Testing

@testable import ConfigurationFile

@Suite(.timeLimit(.minutes(5)))
struct NativeBucketsTests {
    private static func buckets(_ buckets: String) throws -> Buckets? {
        let text = "metrics: [{name: a.b, type: histogram, buckets: \(buckets)}]"
        return try Configuration.parse(text: text, file: "c.yml").metrics.first?.definition.buckets
    }

    @Test(arguments: ["native", "\"native\"", "{}"])
    func haveDefaults(text: String) throws {
        #expect(try Self.buckets(text) == .native(NativeBuckets()))
    }

    @Test func takeAllTheirKeys() throws {
        let expected = NativeBuckets(
            growthFactor: 1.5, limit: 20, zeroThreshold: 0.001, largestZeroThreshold: 0.1,
            resetAfter: .seconds(3600))
        let text = """
            {growth-factor: 1.5, limit: 20, zero-threshold: 0.001, largest-zero-threshold: 0.1, reset-after: 1h}
            """
        #expect(try Self.buckets(text) == .native(expected))
    }

    @Test(arguments: [
        "{growth-factor: 1}", "{growth-factor: 0.5}", "{limit: 0}", "{limit: 1001}", "{zero-threshold: -1}",
        "{reset-after: 0}", "{resets-after: 1h}", "natives", "{limit: many}",
    ])
    func refuseWhatCannotBe(text: String) {
        #expect(throws: (any Error).self) { try Self.buckets(text) }
    }

    @Test func areThoseOfTimersToo() throws {
        let configuration = try Configuration.parse(text: "statsd: {buckets: native}", file: "c.yml")
        #expect(configuration.statsd.buckets == .native())
    }
}
