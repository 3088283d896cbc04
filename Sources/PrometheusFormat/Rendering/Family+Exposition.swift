import TelemetryMetrics

extension Family {
    /// What its TYPE line says.
    var exposedType: ExpositionType {
        switch definition.kind {
        case .counter: .counter
        case .sum: definition.isMonotonic ? .counter : .gauge
        case .gauge: .gauge
        case .summary: .summary
        case .histogram: .histogram
        }
    }

    /// The name of samples without the `_total` of counters.
    var baseName: String {
        definition.isCounter ? String(name.dropLast("_total".utf8.count)) : name
    }

    /// The unit, which has to be at the end of the base name; where it isn't there, the metric is shown without one.
    var exposedUnit: String? {
        let units = definition.unit.map { [$0.suffix] } ?? ["seconds", "bytes"]
        return units.first { baseName.hasSuffix("_\($0)") }
    }
}
