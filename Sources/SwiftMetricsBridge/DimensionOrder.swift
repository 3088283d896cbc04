import Telemetry
import TelemetryMetrics

/// How dimensions become label text, for all handlers that were made with the same names in the same order.
///
/// Code makes handlers of one label with the same names over and over: they are sanitised and sorted once.
struct DimensionOrder: Sendable {
    private let names: [String]
    /// In the order of the label text: the place of the value, and what stands before it.
    private let labels: [(place: Int, start: [UInt8])]

    /// Takes the names of `dimensions`; of two with the same name the later one wins.
    init(of dimensions: [(String, String)], rules: DimensionRules) {
        names = dimensions.map { $0.0 }
        var places: [String: Int] = [:]
        for (place, name) in names.enumerated() { places[rules.final(name)] = place }
        labels = places.sorted { $0.key < $1.key }.map { ($0.value, Array("\($0.key)=\"".utf8)) }
    }

    /// Whether it was made from the names of `dimensions`.
    func fits(_ dimensions: [(String, String)]) -> Bool {
        guard dimensions.count == names.count else { return false }
        for place in names.indices where names[place] != dimensions[place].0 { return false }
        return true
    }

    /// Writes `a="x",b="y"`; an empty value is the same as none in Prometheus, and is left out.
    func write(_ dimensions: [(String, String)], to writer: inout LabelWriter) {
        var isFirst = true
        for label in labels {
            let value = dimensions[label.place].1
            guard !value.isEmpty else { continue }
            if !isFirst { writer.append(raw: UInt8(ascii: ",")) }
            isFirst = false
            writer.append(raw: label.start)
            writer.append(value)
            writer.append(raw: UInt8(ascii: "\""))
        }
    }
}

/// What the names of a metric's labels can't be.
struct DimensionRules: Sendable {
    /// Names that the store or the exposition sets itself.
    private let reserved: Set<String>

    /// The rules for a metric of that kind beside the constant labels of its store.
    init(constantLabels: [String], kind: MetricKind) {
        reserved = Set(constantLabels + ["heliograph_overflow"] + (kind == .histogram ? ["le"] : []))
    }

    /// The name sanitised, with `exported_` before one in conflict, as Prometheus has it with those of targets.
    func final(_ name: String) -> String {
        let clean = SanitisedName.dimension(name)
        return clean.hasPrefix("__") || reserved.contains(clean) ? "exported_\(clean)" : clean
    }
}
