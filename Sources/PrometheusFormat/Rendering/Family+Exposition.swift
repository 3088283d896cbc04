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
        definition.isCounter ? String(Substring(name.utf8.dropLast("_total".utf8.count))) : name
    }

    /// The unit, which has to be at the end of the base name; where it isn't there, the metric is shown without one.
    var exposedUnit: String? {
        let units = definition.unit.map { [$0.suffix] } ?? ["seconds", "bytes"]
        let name = baseName.utf8
        return units.first { unit in
            let count = unit.utf8.count
            let end = name.suffix(count + 1)
            return end.first == UInt8(ascii: "_") && end.dropFirst().elementsEqual(unit.utf8)
        }
    }
}
