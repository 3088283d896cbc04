import PrometheusFormat
import RandomPages
import TelemetryMetrics
import Testing

/// Pages of random registries: whatever names, labels and values there are, the page is right, and has what was recorded.
///
/// `Tests/System/test_random_registries.py` has parsers of others read them.
@Suite(.timeLimit(.minutes(10)))
struct RandomPageTests {
    @Test(arguments: 0..<24 as Range<UInt64>)
    func isReadInEachFormat(seed: UInt64) throws {
        let registry = try RandomRegistry(seed: seed)
        for format in ExpositionFormat.allCases {
            for escaping in NameEscaping.allCases where format != .text || escaping != .allowUTF8 {
                let page = PageRenderer(
                    registry.store, format: format, escaping: escaping, showsCreated: seed.isMultiple(of: 2)
                ).bytes()
                let exposition = try read(page, format)
                #expect(exposition.families.count == registry.metrics.count)
                guard escaping == .allowUTF8 else { continue }
                expect(exposition, format, has: registry.metrics)
            }
        }
    }

    private func read(_ page: [UInt8], _ format: ExpositionFormat) throws -> Exposition {
        switch format {
        case .text, .text1: try TextParser.parse(page, format: format)
        case .openMetrics: try OpenMetricsParser.parse(page)
        case .protobuf: try ProtobufParser.parse(page)
        }
    }

    private func expect(_ page: Exposition, _ format: ExpositionFormat, has metrics: [RecordedMetric]) {
        var values: [String: [[RecordedSeries.Label]: Double]] = [:]
        for sample in page.families.flatMap(\.samples) {
            let labels = sample.labels.map { RecordedSeries.Label(name: $0.name, value: $0.value) }
            values[sample.name, default: [:]][labels] = sample.value
        }
        for metric in metrics {
            for series in metric.series {
                guard let (suffix, value) = shown(series.recorded, format) else { continue }
                let found = values[metric.name + suffix]?[series.labels]
                #expect(
                    found.map { same($0, value) } == true,
                    "\(metric.name) \(series.labels): \(found as Any), not \(value)")
            }
            guard metric.definition.kind != .summary, metric.definition.kind != .histogram else { continue }
            #expect(values[metric.name]?.count == metric.series.count)
        }
    }

    /// The value of a sample, and what its name has behind that of the metric; in OpenMetrics, histograms of negative numbers have no count.
    private func shown(
        _ recorded: RecordedSeries.Recorded, _ format: ExpositionFormat
    ) -> (suffix: String, value: Double)? {
        switch recorded {
        case .whole(let count): ("", Double(count))
        case .value(let value): ("", value)
        case .observations where format == .openMetrics: nil
        case .observations(let values): ("_count", Double(values.count))
        }
    }

    /// Whether both are the same number; text has no other NaN than one.
    private func same(_ shown: Double, _ value: Double) -> Bool {
        value.isNaN ? shown.isNaN : shown == value && (shown != 0 || shown.sign == value.sign)
    }
}
