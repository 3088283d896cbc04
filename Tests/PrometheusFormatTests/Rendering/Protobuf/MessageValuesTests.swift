import Testing

@testable import PrometheusFormat
@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct MessageValuesTests {
    private static let exemplar = Exemplar(
        value: 0.5, milliseconds: 1_700_000_000_001, traceHigh: 0x0123_4567_89AB_CDEF, traceLow: 1,
        spanID: 0xF00D)
    private static let exemplarText =
        #"exemplar{label{name:"trace_id" value:"0123456789abcdef0000000000000001"} "#
        + #"label{name:"span_id" value:"000000000000f00d"} value:0.5 at{s:1700000000 ns:1000000}}"#

    @Test func writesTheExemplarOfACounter() throws {
        var metric = Message()
        metric.append(counter: 3, exemplar: Self.exemplar, created: 2000)
        #expect(
            try WireReader.message("Metric", metric.bytes)
                == "counter{value:3.0 \(Self.exemplarText) created{s:2 ns:0}}")
    }

    @Test func writesTheExemplarsOfBuckets() throws {
        var metric = Message()
        metric.append(
            histogram: HistogramReading(counts: [1, 0, 2], sum: 5), boundaries: [-1, 1],
            exemplars: [nil, Self.exemplar, nil], created: 0)
        #expect(
            try WireReader.message("Metric", metric.bytes)
                == "histogram{count:3 sum:5.0 bucket{count:1 bound:-1.0} "
                + "bucket{count:1 bound:1.0 \(Self.exemplarText)} created{s:0 ns:0}}")
    }

    @Test func showsTheLastBucketForItsExemplar() throws {
        var metric = Message()
        metric.append(
            histogram: HistogramReading(counts: [1, 2], sum: 5), boundaries: [1],
            exemplars: [nil, Self.exemplar], created: 0)
        #expect(
            try WireReader.message("Metric", metric.bytes)
                == "histogram{count:3 sum:5.0 bucket{count:1 bound:1.0} "
                + "bucket{count:3 bound:inf \(Self.exemplarText)} created{s:0 ns:0}}")
    }

    @Test(arguments: [0, -0.0, 1e300, .infinity, -.infinity, .nan])
    func writesEveryGauge(_ value: Double) throws {
        var metric = Message()
        metric.append(gauge: value)
        #expect(try WireReader.message("Metric", metric.bytes) == "gauge{value:\(value)}")
    }
}
