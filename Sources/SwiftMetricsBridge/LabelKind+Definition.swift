import TelemetryMetrics

extension MetricsBridge.LabelKind {
    private var metricKind: MetricKind {
        switch self {
        case .counter: .sum
        case .gauge: .gauge
        case .recorder, .timer: .histogram
        }
    }

    /// What the label's metric is registered as; its series bring their own labels.
    func definition(
        of label: String, options: MetricsBridge.Options, names: NameValidation
    ) -> MetricDefinition {
        let own = own(label, options)
        let unit = self == .timer ? own.unit ?? .seconds : own.unit
        var definition = MetricDefinition(
            metricKind, name: own.name ?? name(of: label, unit: unit, names),
            help: own.help ?? "swift-metrics \(rawValue) \(label).", unit: unit)
        definition.seriesLimit = options.seriesLimit
        definition.expiry = options.expiry
        definition.buckets = own.buckets ?? options.defaultBuckets(in: unit)
        return definition
    }

    /// The options that go with this kind.
    private func own(_ label: String, _ options: MetricsBridge.Options) -> MetricsBridge.LabelOptions {
        guard var own = options.labels[label] else { return MetricsBridge.LabelOptions() }
        if own.kind ?? self != self { return MetricsBridge.LabelOptions() }
        if self == .timer, own.unit?.base != .seconds { own.unit = nil }
        return own
    }

    /// The label as a name, with its unit at the end, and `_total` behind that for counters.
    private func name(of label: String, unit: MetricUnit?, _ names: NameValidation) -> String {
        let name = names.name(label)
        // Without a unit the definition itself appends `_total`.
        return unit.map {
            names.exposed(name, unitSuffix: $0.suffix, isCumulative: self == .counter)
        } ?? name
    }
}

extension MetricsBridge.Options {
    /// The buckets of recorders and timers in that unit where nothing else is said.
    fileprivate func defaultBuckets(in unit: MetricUnit?) -> Buckets {
        guard let unit, unit.base == .seconds else { return recorderBuckets }
        return timerBuckets.converted(fromSecondsTo: unit)
    }
}

extension Buckets {
    fileprivate func converted(fromSecondsTo unit: MetricUnit) -> Buckets {
        let factor = MetricUnit.seconds.factor(to: unit) ?? 1
        let boundaries = boundaries.map { $0 * factor }
        guard var native else { return Buckets(boundaries) }
        native.zeroThreshold *= factor
        native.largestZeroThreshold *= factor
        return Buckets(boundaries, native: native)
    }
}
