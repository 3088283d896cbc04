import PrometheusFormat
import Telemetry
import TelemetryMetrics
import TestKit
import Testing

/// Pages of random registries: whatever names, labels and values there are, the page is right, and has what was recorded.
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
                #expect(exposition.families.count == registry.gauges.count + registry.counters.count + 3)
                guard escaping == .allowUTF8 else { continue }
                expect(exposition, format, has: registry)
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

    private func expect(_ page: Exposition, _ format: ExpositionFormat, has registry: RandomRegistry) {
        var values: [String: [[String]: Double]] = [:]
        for sample in page.families.flatMap(\.samples) where !sample.name.hasSuffix("_created") {
            values[sample.name, default: [:]][
                sample.labels.map(\.name) + sample.labels.map(\.value)] = sample.value
        }
        for (name, series) in registry.gauges.merging(
            registry.counters, uniquingKeysWith: { first, _ in first })
        {
            for (labels, value) in series {
                let shown = values[name]?[labels]
                #expect(
                    shown.map { same($0, value) } == true, "\(name) \(labels): \(shown as Any), not \(value)")
            }
            #expect(values[name]?.count == series.count)
        }
    }

    /// Whether both are the same number; text has no other NaN than one, and no zero below zero in whole numbers.
    private func same(_ shown: Double, _ value: Double) -> Bool {
        value.isNaN ? shown.isNaN : shown == value && (shown != 0 || shown.sign == value.sign)
    }
}

/// Metrics of all kinds with random names, labels and values.
private struct RandomRegistry {
    let store: MetricStore
    private(set) var gauges: [String: [[String]: Double]] = [:]
    private(set) var counters: [String: [[String]: Double]] = [:]
    private var random: SeededGenerator

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        store = try MetricStore(
            constantLabels: seed.isMultiple(of: 3) ? [("k8s.\"pod\"", "a\\\n\"é")] : [], names: .utf8,
            clock: CoarseClock(fixedAt: 1_700_000_000_000))
        let constant = store.constantLabels
        for number in 0..<6 {
            let isCounter = number.isMultiple(of: 2)
            let labels = makeLabels()
            var definition = MetricDefinition(
                isCounter ? .counter : .gauge, name: "n\(number)" + text(), help: text(), labels: labels)
            if isCounter { definition.unit = [nil, .seconds, .bytes].randomElement(using: &random) ?? nil }
            let family = try store.register(definition)
            var series: [[String]: Double] = [:]
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                let values = labels.map { _ in labelValue() }
                let names = constant.map(\.name) + labels
                let key = names + constant.map(\.value) + values
                if isCounter {
                    let counts: [UInt64] = [1, 1 << 53 + 1, .random(in: 0...1 << 40, using: &random)]
                    let count = counts.randomElement(using: &random) ?? 1
                    guard series[key] == nil else { continue }
                    family.add(count, labels: values)
                    series[key] = Double(count)
                } else {
                    series[key] = value()
                    family.handle(labels: values)?.record(series[key] ?? 0)
                }
            }
            if isCounter {
                counters[family.name] = series
            } else {
                gauges[family.name] = series
            }
        }
        try addDistributions()
    }

    private mutating func addDistributions() throws {
        var classic = MetricDefinition(.histogram, name: "h" + text(), help: text())
        classic.buckets = [-1, 0, 1e-300, 0.1, 1e18]
        var native = MetricDefinition(.histogram, name: "v" + text(), help: text())
        native.buckets = .native()
        let summary = MetricDefinition(.summary, name: "s" + text(), help: text())
        for definition in [classic, native, summary] {
            let series = try store.register(definition).handle(labels: [])
            series?.record(0)
            for _ in 0..<50 { series?.record(value()) }
        }
    }

    private mutating func value() -> Double {
        [
            0, -0.0, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude / 1e10,
            0x1p53 + 2, 1e-7, -3, .random(in: -1e6...1e6, using: &random),
        ].randomElement(using: &random) ?? 0
    }

    private mutating func makeLabels() -> [String] {
        (0..<Int.random(in: 0...4, using: &random)).map { "l\($0)" + text() }
    }

    private mutating func labelValue() -> String {
        Int.random(in: 0..<20, using: &random) == 0 ? Array(repeating: text(), count: 300).joined() : text()
    }

    /// A text of any plane but for the zero byte, which a page of text can have as little as a name.
    private mutating func text() -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let ranges: [ClosedRange<UInt32>] = [
                0x20...0x7E, 1...0x1F, 0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF,
            ]
            let special = ["\\", "\"", "\n", ".", "_", "\r", "{", "}", ",", "=", "#", " "]
            if Bool.random(using: &random) {
                text += special.randomElement(using: &random) ?? ""
            } else if let range = ranges.randomElement(using: &random),
                let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random))
            {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
