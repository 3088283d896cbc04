import TestKit
import Testing

@testable import PrometheusFormat

@Suite(.timeLimit(.minutes(5)))
struct ProtobufParserTests {
    private static func page(_ body: (inout Message) -> Void) -> [UInt8] {
        var family = Message()
        body(&family)
        var length = Message()
        length.append(varint: UInt64(family.bytes.count))
        return length.bytes + family.bytes
    }

    private static func family(
        _ name: String, type: UInt64, _ metric: @escaping (inout Message) -> Void
    ) -> [UInt8] {
        page {
            $0.append(FamilyField.name, text: name)
            $0.append(FamilyField.type, unsigned: type)
            $0.append(FamilyField.metric, metric)
        }
    }

    private static func label(_ metric: inout Message, _ name: String, _ value: String) {
        metric.append(MetricField.label) {
            $0.append(LabelField.name, text: name)
            $0.append(LabelField.value, text: value)
        }
    }

    private static func histogram(_ body: @escaping (inout Message) -> Void) -> [UInt8] {
        family("h", type: 4) { $0.append(MetricField.histogram, body) }
    }

    private func fault(_ page: [UInt8]) -> ExpositionFault? {
        ExpositionCheck(page, format: .protobuf).error?.fault
    }

    @Test func readsWhatTextHas() throws {
        let page = Self.family("a_total", type: 0) { metric in
            Self.label(&metric, "x", "é")
            metric.append(MetricField.counter) { $0.append(CounterField.value, double: 2.5) }
            metric.append(MetricField.timestamp, unsigned: 1500)
        }
        let family = try #require(try ProtobufParser.parse(page + page).families.first)
        #expect(family.name == "a_total")
        #expect(family.type == .counter)
        #expect(family.samples.count == 2)
        #expect(family.samples[0].value == 2.5)
        #expect(family.samples[0].timestamp == 1.5)
        #expect(family.samples[0].labels == [ExpositionLabel(name: "x", value: "é")])
    }

    @Test func passesOverFieldsItDoesNotKnow() throws {
        let page = Self.page {
            $0.append(FamilyField.name, text: "a")
            $0.append(99, unsigned: 1)
            $0.append(100, text: "new")
        }
        #expect(try ProtobufParser.parse(page).families.map(\.name) == ["a"])
    }

    @Test func namesThePlace() {
        let good = Self.page { $0.append(FamilyField.name, text: "a") }
        let check = ExpositionCheck(good + [3, 0x0A, 9, 0x61], format: .protobuf)
        #expect(
            check.report(source: "-") == [
                "-:message 2, byte \(good.count + 1): error: "
                    + "The message ends before what is in it; the page may have been cut short."
            ])
    }

    @Test func refusesBrokenBytes() {
        #expect(fault([5, 1]) == .cutShort)
        #expect(fault([0x80]) == .cutShort)
        #expect(fault(Array(repeating: 0x80, count: 10) + [1]) == .numberTooLong)
        #expect(fault(Array(repeating: 0xFF, count: 9) + [2]) == .numberTooLong)
        #expect(fault([1, 0]) == .invalidField(0))
        #expect(fault([1, 0x0B]) == .invalidField(0x0B))
        #expect(fault([2, 0x08, 1]) == .wrongWireType(field: 1))
        #expect(fault([3, 0x0A, 1, 0xFF]) == .invalidUTF8)
        #expect(fault([0]) == .missingName)
    }

    @Test func refusesWhatNoServerTakes() {
        #expect(fault(Self.family("a", type: 9) { _ in }) == .unknownType("9"))
        #expect(fault(Self.family("a", type: 1) { _ in }) == .missingValue(family: "a"))
        #expect(
            fault(Self.family("a", type: 0) { $0.append(gauge: 1) }) == .valueOfOtherType(family: "a"))
        let twice = Self.family("a", type: 1) { metric in
            Self.label(&metric, "x", "1")
            Self.label(&metric, "x", "2")
            metric.append(gauge: 1)
        }
        #expect(fault(twice) == .duplicateLabel("x"))
        let gauge = Self.family("a", type: 1) { $0.append(gauge: 1) }
        let counter = Self.family("a", type: 0) { $0.append(counter: 1, exemplar: nil, created: 0) }
        #expect(fault(gauge + counter) == .repeatedMetadata(keyword: "TYPE", family: "a"))
    }

    @Test func judgesClassicBuckets() {
        func buckets(_ pairs: [(Double, UInt64)], count: UInt64) -> ExpositionFault? {
            fault(
                Self.histogram { histogram in
                    histogram.append(HistogramField.count, unsigned: count)
                    for (bound, count) in pairs {
                        histogram.append(bucketTo: bound, count: count, exemplar: nil)
                    }
                })
        }
        #expect(buckets([(1, 1), (2, 3)], count: 3) == nil)
        #expect(buckets([(1, 1), (.infinity, 3)], count: 3) == nil)
        #expect(buckets([(2, 1), (1, 3)], count: 3) == .bucketsOutOfOrder(family: "h"))
        #expect(buckets([(1, 3), (2, 1)], count: 3) == .bucketsNotCumulative(family: "h"))
        #expect(buckets([(1, 4)], count: 3) == .bucketsNotCumulative(family: "h"))
        #expect(buckets([(.infinity, 2)], count: 3) == .countDiffersFromBuckets(family: "h"))
        #expect(buckets([(.nan, 2)], count: 3) == .invalidLabelValue("NaN", label: "le"))
    }

    @Test func judgesNativeBuckets() {
        func native(
            schema: Int64 = 3, spans: [(Int64, UInt64)] = [(0, 2)], deltas: [Int64] = [1, 1],
            zero: UInt64 = 1,
            count: UInt64 = 4
        ) -> ExpositionFault? {
            fault(
                Self.histogram { histogram in
                    histogram.append(HistogramField.count, unsigned: count)
                    histogram.append(HistogramField.schema, signed: schema)
                    histogram.append(HistogramField.zeroCount, unsigned: zero)
                    for (offset, length) in spans {
                        histogram.append(HistogramField.positiveSpan) {
                            $0.append(SpanField.offset, signed: offset)
                            $0.append(SpanField.length, unsigned: length)
                        }
                    }
                    for delta in deltas { histogram.append(HistogramField.positiveDelta, signed: delta) }
                })
        }
        func problem(_ fault: ExpositionFault?) -> String? {
            if case .nativeHistogram(let problem, _) = fault { problem } else { nil }
        }
        #expect(native() == nil)
        #expect(problem(native(schema: 9)) == "its schema is 9")
        #expect(problem(native(spans: [(0, 1), (-1, 1)])) == "a span has the offset -1")
        #expect(problem(native(spans: [(0, 3)])) == "its spans have 3 buckets, not 2")
        #expect(problem(native(spans: [(0, .max), (0, 3)])) == "its spans are too long")
        #expect(problem(native(deltas: [1, -2])) == "a bucket has less than no observations")
        #expect(problem(native(count: 5)) == "its buckets have 4.0 observations of 5.0")
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func survivesChangedBytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var page =
            Self.histogram { $0.append(HistogramField.schema, signed: 3) }
            + Self.family("a_total", type: 0) { metric in
                Self.label(&metric, "x", "é")
                metric.append(counter: 1, exemplar: nil, created: 0)
            }
        for _ in 0..<50 {
            page[Int.random(in: page.indices, using: &random)] = .random(in: .min ... .max, using: &random)
            let check = ExpositionCheck(page, format: .protobuf)
            #expect(check.isValid || !check.report(source: "-").isEmpty)
        }
    }
}
