import Arena
import Telemetry
import Testing

@testable import PrometheusFormat
@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct ExemplarTextTests {
    private static let exemplar = Exemplar(
        value: 0.5, milliseconds: 1_700_000_000_001, traceHigh: 0x0123_4567_89AB_CDEF, traceLow: 1,
        spanID: 0xF00D)
    private static let text =
        #" # {trace_id="0123456789abcdef0000000000000001",span_id="000000000000f00d"} 0.5 1700000000.001"#
    private let event = Event<Order>(Page.freshID())

    @Test func standsBehindATotal() throws {
        let page = try Page { Counter("a", "A.", of: event) }
        let lines = try written(page, as: .openMetrics) { family, text in
            let writer = TotalWriter(family, text, format: .openMetrics)
            return { labels, page in
                writer.write(
                    Total(whole: 2, fraction: 0), exemplar: Self.exemplar, labels: labels, into: &page)
            }
        }
        #expect(lines == ["a_total 2\(Self.text)"])
    }

    @Test func standsBehindItsBucket() throws {
        let page = try Page { Histogram("h", "H.", of: event, observing: \.amount, buckets: [0.25, 0.5]) }
        let reading = HistogramReading(counts: [1, 2, 3], sum: 9)
        let lines = try written(page, as: .openMetrics) { family, text in
            let writer = HistogramWriter(family, text, format: .openMetrics)
            return { labels, page in
                writer.write(reading, exemplars: [nil, Self.exemplar, nil], labels: labels, into: &page)
            }
        }
        #expect(
            lines == [
                #"h_bucket{le="0.25"} 1"#, #"h_bucket{le="0.5"} 3\#(Self.text)"#,
                #"h_bucket{le="+Inf"} 6"#, "h_sum 9", "h_count 6",
            ])
    }

    @Test func showsTheNewestOfANativeHistogramAndNothingButItsTotals() throws {
        let page = try Page { Histogram("h", "H.", of: event, observing: \.amount, buckets: [1]) }
        let older = Exemplar(value: 4, milliseconds: 1_699_999_999_999, traceHigh: 1, traceLow: 1, spanID: 1)
        for exemplars in [[older, nil, Self.exemplar], [Self.exemplar, older]] {
            let lines = try written(page, as: .openMetrics) { family, text in
                let writer = NativeHistogramWriter(text, format: .openMetrics)
                return { labels, page in
                    writer.write(Self.native(sum: 2.5), exemplars: exemplars, labels: labels, into: &page)
                }
            }
            #expect(lines == [#"h_bucket{le="+Inf"} 7\#(Self.text)"#, "h_sum 2.5", "h_count 7"])
        }
    }

    @Test(arguments: [
        (ExpositionFormat.text, native(sum: -1), true), (.text, native(sum: 1, negative: 3), true),
        (.openMetrics, native(sum: -1), false), (.openMetrics, native(sum: 1, negative: 3), false),
        (.openMetrics, native(sum: 0), true),
    ])
    func leavesOutOfOpenMetricsTheSumsOfNegatives(
        _ format: ExpositionFormat, _ reading: NativeReading, _ hasSum: Bool
    ) throws {
        let page = try Page { Histogram("h", "H.", of: event, observing: \.amount, buckets: [1]) }
        let lines = try written(page, as: format) { family, text in
            let writer = NativeHistogramWriter(text, format: format)
            return { labels, page in writer.write(reading, exemplars: [], labels: labels, into: &page) }
        }
        #expect(lines.count == (hasSum ? 3 : 1))
    }

    @Test(
        arguments: [
            (0, "0.000"), (7, "0.007"), (42, "0.042"), (999, "0.999"), (1000, "1.000"),
            (1_700_000_000_120, "1700000000.120"),
        ] as [(UInt64, String)])
    func writesMillisecondsAsSeconds(_ milliseconds: UInt64, _ text: String) {
        var page = TextBuffer()
        page.append(secondsOf: milliseconds)
        #expect(String(decoding: page.bytes(), as: UTF8.self) == text)
    }

    private static func native(sum: Double, negative: UInt64 = 0) -> NativeReading {
        NativeReading(
            schema: 3, zeroThreshold: 0, zeroCount: 2, sum: sum, positive: [.init(index: 4, count: 5)],
            negative: negative == 0 ? [] : [.init(index: 0, count: negative)])
    }

    /// The lines that the writer makes of the only series of `page`, once a strict parser took them.
    private func written(
        _ page: borrowing Page, as format: ExpositionFormat,
        _ make: (Family, FamilyText) -> (borrowing RawSpan, inout TextBuffer) -> Void
    ) throws -> [Substring] {
        let family = page.store.families[0]
        let text = FamilyText(family, constantLabels: [], format: format, escaping: .underscores)
        let write = make(family, text)
        var buffer = TextBuffer()
        buffer.append(text.head)
        family.forEachSeries { labels, _ in write(labels, &buffer) }
        if format == .openMetrics { buffer.append("# EOF\n") }
        let error = ExpositionCheck(buffer.bytes(), format: format).error
        #expect(error == nil)
        return String(decoding: buffer.bytes(), as: UTF8.self).split(separator: "\n")
            .filter { !$0.hasPrefix("# ") }
    }
}
