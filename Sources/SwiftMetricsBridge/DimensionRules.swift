import TelemetryMetrics

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
