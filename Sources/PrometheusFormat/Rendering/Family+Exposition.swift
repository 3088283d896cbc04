import TelemetryMetrics

extension Family {
    /// What its TYPE line says in OpenMetrics.
    var openMetricsType: ExpositionType {
        switch definition.role {
        case .value: exposedType
        case .info: .info
        case .stateSet: .stateset
        }
    }

    /// What its TYPE line says in text.
    var exposedType: ExpositionType {
        switch definition.kind {
        case .counter: .counter
        case .sum: definition.isMonotonic ? .counter : .gauge
        case .gauge: .gauge
        case .summary: .summary
        case .histogram: .histogram
        }
    }

    /// What the names of samples have beyond that of their family in OpenMetrics: `_total`, `_info` or nothing.
    var nameSuffix: String { definition.isCounter ? "_total" : definition.role == .info ? "_info" : "" }

    /// The name of samples without that.
    var baseName: String { String(Substring(name.utf8.dropLast(nameSuffix.utf8.count))) }

    /// The unit, which has to be at the end of the base name; where it isn't there, the metric is shown without one.
    var exposedUnit: String? {
        let units = definition.unit.map { [$0.suffix] } ?? ["seconds", "bytes"]
        let name = name.utf8.dropLast(nameSuffix.utf8.count)
        return units.first { unit in
            let count = unit.utf8.count
            let end = name.suffix(count + 1)
            return end.first == UInt8(ascii: "_") && end.dropFirst().elementsEqual(unit.utf8)
        }
    }
}
