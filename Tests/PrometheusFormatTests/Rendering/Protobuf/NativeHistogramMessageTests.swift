import Testing

@testable import PrometheusFormat
@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct NativeHistogramMessageTests {
    private static let created = "created{s:1700000000 ns:123000000}"

    @Test func writesBothSidesWithTheirSpansAndDeltas() throws {
        let reading = NativeReading(
            schema: 3, zeroThreshold: 0x1p-128, zeroCount: 4, sum: -1.5,
            positive: buckets((-2, 5), (-1, 3), (2, 7), (10, 1)), negative: buckets((0, 2), (1, 2)))
        #expect(
            try text(reading) == "histogram{count:24 sum:-1.5 schema:3 threshold:\(0x1p-128) zeros:4 "
                + "nspan{offset:0 length:2} ndelta:2 ndelta:0 "
                + "pspan{offset:-2 length:5} pspan{offset:7 length:1} "
                + "pdelta:5 pdelta:-2 pdelta:-3 pdelta:0 pdelta:7 pdelta:-6 \(Self.created)}")
    }

    @Test func writesTheseBytes() {
        let reading = NativeReading(
            schema: -1, zeroThreshold: 0.5, zeroCount: 1, sum: 3, positive: buckets((1, 2)),
            negative: [])
        var metric = Message()
        metric.append(native: reading, exemplars: [], created: 1000)
        #expect(
            metric.bytes == [
                0x3A, 38,  // histogram
                0x08, 3,  // count
                0x11, 0, 0, 0, 0, 0, 0, 0x08, 0x40,  // sum
                0x28, 1,  // schema
                0x31, 0, 0, 0, 0, 0, 0, 0xE0, 0x3F,  // zero threshold
                0x38, 1,  // zero count
                0x62, 4, 0x08, 2, 0x10, 1,  // positive span
                0x68, 4,  // positive delta
                0x7A, 4, 0x08, 1, 0x10, 0,  // created
            ])
    }

    @Test(arguments: [
        (0.0, "pspan{offset:0 length:0} "), (0x1p-128, ""),
    ])
    func givesAnEmptyOneASpanWhereNothingElseSaysThatItIsNative(_ threshold: Double, _ span: String) throws {
        let reading = NativeReading(
            schema: 3, zeroThreshold: threshold, zeroCount: 0, sum: 0, positive: [], negative: [])
        #expect(
            try text(reading)
                == "histogram{count:0 sum:0.0 schema:3 threshold:\(threshold) zeros:0 \(span)\(Self.created)}"
        )
    }

    @Test func givesZerosAloneNoSpan() throws {
        let reading = NativeReading(
            schema: 3, zeroThreshold: 0, zeroCount: 2, sum: 0, positive: [], negative: [])
        #expect(
            try text(reading)
                == "histogram{count:2 sum:0.0 schema:3 threshold:0.0 zeros:2 \(Self.created)}")
    }

    @Test(arguments: [(-4, -66, 64), (0, -1073, 1024), (8, -274_943, 262_144)])
    func reachesTheEndsOfEverySchema(_ schema: Int, _ lowest: Int, _ highest: Int) throws {
        let reading = NativeReading(
            schema: schema, zeroThreshold: 0, zeroCount: 0, sum: .nan,
            positive: buckets((lowest, 1), (highest, 3)), negative: buckets((highest, .max >> 1)))
        #expect(
            try text(reading)
                == "histogram{count:\(UInt64.max >> 1 + 4) sum:nan schema:\(schema) threshold:0.0 "
                + "zeros:0 nspan{offset:\(highest) length:1} ndelta:\(Int64.max) "
                + "pspan{offset:\(lowest) length:1} pspan{offset:\(highest - lowest - 1) length:1} "
                + "pdelta:1 pdelta:2 \(Self.created)}")
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan])
    func writesSumsThatAreNotFinite(_ sum: Double) throws {
        let reading = NativeReading(
            schema: 0, zeroThreshold: 1, zeroCount: 1, sum: sum, positive: [], negative: [])
        #expect(try text(reading).hasPrefix("histogram{count:1 sum:\(sum) schema:0 "))
    }

    @Test func writesAllExemplarsAndTheNewestInABucketToo() throws {
        let reading = NativeReading(
            schema: 0, zeroThreshold: 0, zeroCount: 0, sum: 9, positive: buckets((0, 1), (3, 1)), negative: []
        )
        let first = Exemplar(value: 8, milliseconds: 1_700_000_000_500, traceHigh: 1, traceLow: 2, spanID: 3)
        let second = Exemplar(
            value: 1, milliseconds: 1_700_000_000_400, traceHigh: .max, traceLow: 0xABC, spanID: 0xFEED)
        let texts = [
            #"exemplar{label{name:"trace_id" value:"00000000000000010000000000000002"} "#
                + #"label{name:"span_id" value:"0000000000000003"} value:8.0 at{s:1700000000 ns:500000000}}"#,
            #"exemplar{label{name:"trace_id" value:"ffffffffffffffff0000000000000abc"} "#
                + #"label{name:"span_id" value:"000000000000feed"} value:1.0 at{s:1700000000 ns:400000000}}"#,
        ]
        #expect(
            try text(reading, exemplars: [nil, first, nil, second]) == "histogram{count:2 sum:9.0 "
                + "bucket{count:2 bound:inf \(texts[0])} schema:0 threshold:0.0 zeros:0 "
                + "pspan{offset:0 length:4} pdelta:1 pdelta:-1 pdelta:0 pdelta:1 \(Self.created) "
                + "\(texts[0]) \(texts[1])}")
    }

    private func text(_ reading: NativeReading, exemplars: [Exemplar?] = []) throws -> String {
        var metric = Message()
        metric.append(native: reading, exemplars: exemplars, created: 1_700_000_000_123)
        return try WireReader.message("Metric", metric.bytes)
    }

    private func buckets(_ buckets: (Int, UInt64)...) -> [NativeReading.Bucket] {
        buckets.map { NativeReading.Bucket(index: $0.0, count: $0.1) }
    }
}
