import Glibc
import PrometheusFormat
import TelemetryMetrics

/// Writes pages of a random registry, in each format and with each escaping, and what they must hold, as JSON: for parsers that
/// others wrote.
@main
enum RandomPages {
    static func main() throws {
        guard let seed = CommandLine.arguments.dropFirst().first.flatMap({ UInt64($0) }) else {
            print("RandomPages needs a seed, a whole number.")
            exit(EX_USAGE)
        }
        let registry = try RandomRegistry(seed: seed)
        print(
            JSONText.object([
                ("metrics", JSONText.array(registry.metrics.map(json))),
                ("pages", JSONText.array(pages(registry))),
            ]))
    }

    private static func pages(_ registry: RandomRegistry) -> [String] {
        ExpositionFormat.allCases.flatMap { format in
            NameEscaping.allCases.filter { format != .text || $0 != .allowUTF8 }.map { escaping in
                let renderer = PageRenderer(
                    registry.store, format: format, escaping: escaping, showsCreated: true)
                return JSONText.object([
                    ("type", JSONText.string(PageFormat(format, escaping).contentType)),
                    ("bytes", JSONText.string(renderer.bytes().map(hex).joined())),
                ])
            }
        }
    }

    private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    private static func json(_ metric: RecordedMetric) -> String {
        let definition = metric.definition
        let isHistogram = definition.kind == .histogram
        let native = isHistogram ? definition.buckets.native : nil
        return JSONText.object([
            ("name", JSONText.string(metric.name)),
            ("kind", JSONText.string(kind(definition))),
            ("help", JSONText.string(definition.help)),
            (
                "boundaries",
                JSONText.array(isHistogram ? definition.buckets.boundaries.map(JSONText.bits) : [])
            ),
            ("quantiles", JSONText.array(definition.quantiles.map(JSONText.bits))),
            ("native", native.map { JSONText.bits($0.zeroThreshold) } ?? "null"),
            ("series", JSONText.array(metric.series.map(json))),
        ])
    }

    private static func kind(_ definition: MetricDefinition) -> String {
        switch definition.role {
        case .info: "info"
        case .stateSet: "stateset"
        case .value where definition.isCounter: "counter"
        case .value: definition.kind == .sum ? "gauge" : definition.kind.rawValue
        }
    }

    private static func json(_ series: RecordedSeries) -> String {
        let labels = ("labels", JSONText.object(series.labels.map { ($0.name, JSONText.string($0.value)) }))
        return switch series.recorded {
        case .whole(let count): JSONText.object([labels, ("whole", String(count))])
        case .value(let value): JSONText.object([labels, ("value", JSONText.bits(value))])
        case .observations(let values):
            JSONText.object([labels, ("observations", JSONText.array(values.map(JSONText.bits)))])
        }
    }
}
