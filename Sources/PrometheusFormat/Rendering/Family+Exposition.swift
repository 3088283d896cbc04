import TelemetryMetrics

extension Family {
    /// What its TYPE line says in OpenMetrics.
    ///
    /// A label with the name of the metric says which state a sample of a set is for. Names of labels have no colon: where a page
    /// escapes it, the label has another name than the metric. Parsers then refuse the set, so it is shown as a gauge.
    func openMetricsType(_ names: FamilyNames, _ escaping: NameEscaping) -> ExpositionType {
        switch definition.role {
        case .value: exposedType
        case .info: .info
        case .stateSet: names.name.utf8.elementsEqual(escaping.labelName(name)) ? .stateset : .gauge
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

    /// The unit, which has to be at the end of the base name on the page; where it isn't there, the metric is shown without one.
    ///
    /// OpenMetrics has none for an info or a set of states.
    func exposedUnit(_ names: FamilyNames) -> String? {
        guard definition.role == .value else { return nil }
        let units = definition.unit.map { [$0.suffix] } ?? ["seconds", "bytes"]
        let name = names.name.utf8.dropLast(nameSuffix.utf8.count)
        return units.first { unit in
            let count = unit.utf8.count
            let end = name.suffix(count + 1)
            return end.first == UInt8(ascii: "_") && end.dropFirst().elementsEqual(unit.utf8)
        }
    }
}
