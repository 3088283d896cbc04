import Arena
import PrometheusFormat
import TelemetryMetrics

/// A state as text.
enum StateText {
    /// A line about all of it, and one for each metric.
    static func shown(_ arena: ForeignArena) throws -> String {
        let report = try StateReport(arena)
        let rows = report.metrics.map { metric in
            [
                metric.name, metric.kind.rawValue, metric.labels.joined(separator: ","), "\(metric.series)",
                "\(metric.byteCount)", metric.isKept ? "kept" : "none",
            ]
        }
        let damage = report.problems.count + report.furtherProblems
        return """
            layout \(ForeignArena.layout), generation \(arena.generation), \(arena.size) bytes, \
            \(report.metrics.count) metrics, \(report.nameCount) names from wires\
            \(arena.isForsaken ? ", begins anew at the next start" : "")\
            \(damage > 0 ? ", damaged: see heliograph state verify" : "")

            \(table([["METRIC", "TYPE", "LABELS", "SERIES", "BYTES", "PERSISTENCE"]] + rows))

            """
    }

    private static func table(_ rows: [[String]]) -> String {
        let widths = (0..<(rows.first?.count ?? 0)).map { column in
            rows.reduce(0) { max($0, $1[column].count) }
        }
        return rows.map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return cells.joined(separator: "  ").trimmingEnd
        }.joined(separator: "\n")
    }

    /// All metrics that go on, as the service would show them.
    static func page(of arena: ForeignArena, _ format: ExpositionFormat) throws -> String {
        let store = try MetricStore(limits: StoreLimits(memory: 32 << 30, samples: .max), predecessor: arena)
        store.inheritRest()
        return String(decoding: PageRenderer(store, format: format).bytes(), as: UTF8.self)
    }
}

extension String {
    fileprivate var trimmingEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
