import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct DefinitionBytesTests {
    private static let all: [MetricDefinition] = {
        var histogram = MetricDefinition(
            .histogram, name: "a.b", help: "é\n\"", labels: ["x", "y"], unit: .seconds)
        histogram.measuredUnit = .milliseconds
        histogram.buckets = [0.1, 1, 1e300]
        histogram.keepsExemplars = false
        histogram.expiry = .milliseconds(1500)
        var native = MetricDefinition(.histogram, name: "n", help: "")
        native.buckets = .native(
            NativeBuckets(
                growthFactor: 1.02, limit: 7, zeroThreshold: 0.5, largestZeroThreshold: 2,
                resetAfter: .seconds(9)))
        var summary = MetricDefinition(.summary, name: "s", help: "S.")
        (summary.quantiles, summary.window, summary.relativeError) = ([0, 0.25, 1], .seconds(77), 0.03)
        var sum = MetricDefinition(.sum, name: "t", help: "T.")
        (sum.isMonotonic, sum.seriesLimit, sum.initialZero) = (false, 3, .zero)
        var set = MetricDefinition(.gauge, name: "g", help: "G.")
        set.countsDistinct = true
        return [MetricDefinition(.counter, name: "", help: ""), histogram, native, summary, sum, set]
    }()

    @Test(arguments: all)
    func areReadBackAsTheyWere(definition: MetricDefinition) throws {
        #expect(try MetricDefinition(bytes: definition.bytes) == definition)
    }

    @Test(arguments: all)
    func areNoneWhereSomeAreMissingOrTooMany(definition: MetricDefinition) {
        let bytes = definition.bytes
        for count in 0..<bytes.count {
            #expect(throws: ByteReader.Mistake.self) { try MetricDefinition(bytes: Array(bytes[..<count])) }
        }
        #expect(throws: ByteReader.Mistake.self) { try MetricDefinition(bytes: bytes + [0]) }
    }

    /// Nothing traps, whatever they are.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func ofAnybodyAreReadOrRefused(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for definition in Self.all {
            var bytes = definition.bytes
            for _ in 0..<3 {
                bytes[.random(in: 0..<bytes.count, using: &random)] ^=
                    1 << UInt8.random(in: 0..<8, using: &random)
            }
            if let read = try? MetricDefinition(bytes: bytes) { #expect(read.bytes.count > 0) }
        }
    }
}
