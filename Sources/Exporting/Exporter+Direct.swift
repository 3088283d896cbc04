public import TelemetryMetrics

extension Exporter {
    /// A counter that is counted directly, without an event.
    ///
    /// The first call registers it, later ones find it. The name gets `_total` at its end where that is missing.
    /// - Throws: `DefinitionErrors`, also where there is another metric of that name.
    public func counter(_ name: String, _ help: String, labels: String...) throws(DefinitionErrors)
        -> CounterFamily
    {
        CounterFamily(try family(of: MetricDefinition(.sum, name: name, help: help, labels: labels)))
    }

    /// A gauge that is set directly, without an event; in `unit`, which ends the name.
    ///
    /// The first call registers it, later ones find it.
    /// - Throws: `DefinitionErrors`, also where there is another metric of that name.
    public func gauge(
        _ name: String, _ help: String, unit: MetricUnit? = nil, labels: String...
    ) throws(DefinitionErrors) -> GaugeFamily {
        GaugeFamily(
            try family(of: MetricDefinition(.gauge, name: name, help: help, labels: labels, unit: unit)))
    }

    /// A histogram that is observed directly, without an event; in `unit`, which ends the name.
    ///
    /// The first call registers it, later ones find it. Without buckets it has those of `Buckets.standard`.
    /// - Throws: `DefinitionErrors`, also where there is another metric of that name.
    public func histogram(
        _ name: String, _ help: String, unit: MetricUnit? = nil, buckets: Buckets? = nil,
        labels: String...
    ) throws(DefinitionErrors) -> DistributionFamily {
        var definition = MetricDefinition(.histogram, name: name, help: help, labels: labels, unit: unit)
        definition.buckets = buckets ?? .standard(name, in: unit)
        return DistributionFamily(try family(of: definition))
    }

    /// A summary that is observed directly, without an event; in `unit`, which ends the name.
    ///
    /// The first call registers it, later ones find it.
    /// - Throws: `DefinitionErrors`, also where there is another metric of that name.
    public func summary(
        _ name: String, _ help: String, unit: MetricUnit? = nil, quantiles: [Double] = [0.5, 0.9, 0.99],
        window: Duration = .seconds(600), labels: String...
    ) throws(DefinitionErrors) -> DistributionFamily {
        var definition = MetricDefinition(.summary, name: name, help: help, labels: labels, unit: unit)
        definition.quantiles = quantiles
        definition.window = window
        return DistributionFamily(try family(of: definition))
    }

    /// One series of a metric that values are recorded into directly, without an event.
    ///
    /// The first call registers the metric, later ones find it; the series exists from then on and is never expired. For
    /// values that have no event, and where even the lookup of the series is too much.
    /// - Parameter labels: the values of the definition's labels, in their order.
    /// - Throws: `DefinitionErrors`; `ExporterError` where there is no memory for the series, or the number of labels is
    ///   another.
    public func series(of definition: MetricDefinition, labels: [String]) throws -> SeriesHandle {
        try family(of: definition).series(labels)
    }

    /// A metric whose series are taken directly; the first call registers it, later ones find it.
    ///
    /// The series of one without labels is there from now on, unless it is a gauge, which has no value yet.
    /// - Throws: `DefinitionErrors`.
    public func family(of definition: MetricDefinition) throws(DefinitionErrors) -> SeriesFamily {
        let family = try store.registerOrReuse(definition)
        family.showSeeds()
        return SeriesFamily(family)
    }

    /// Removes the series of the label values from the metric of that name, whatever feeds it; it begins anew with the
    /// next event that has them.
    ///
    /// - Returns: false where there is no such metric or series, or where somebody holds the series.
    @discardableResult
    public func remove(_ labels: [String], from metric: String) -> Bool {
        let family = store.families.first { $0.name == metric || $0.definition.name == metric }
        return family.map { SeriesFamily($0).remove(labels) } ?? false
    }
}

/// Why there is no series to record into.
public enum ExporterError: Error, Equatable, CustomStringConvertible {
    /// The values don't go with the labels of the definition.
    case wrongLabelCount(metric: String, expected: Int, given: Int)
    /// There is no memory for another series.
    case storeFull(metric: String)

    /// One sentence that names the metric.
    public var description: String {
        switch self {
        case .wrongLabelCount(let metric, let expected, let given):
            "Metric \"\(metric)\" has \(expected) labels, but \(given) values were given."
        case .storeFull(let metric):
            "Metric \"\(metric)\": there is no memory for another series."
        }
    }
}
