import ConfigurationFile
import Ingest
import TelemetryMetrics

/// What the names of a source stand for: the first rule that matches, else the defaults of the source.
struct NameMapping: Sendable {
    private let source: String
    private let prefix: String
    private let rules: [(pattern: GlobPattern, rule: MappingRule)]
    private let seriesLimit: Int
    private let expiry: StatsDConfiguration.Expiry
    private let buckets: Buckets
    private let names: NameValidation

    init(_ configuration: StatsDConfiguration, _ names: NameValidation) {
        self.names = names
        source = "StatsD"
        prefix = configuration.prefix
        rules = configuration.rules.map { (GlobPattern($0.segments), $0) }
        seriesLimit = configuration.seriesLimit
        expiry = configuration.expiry
        buckets = configuration.buckets
    }

    init(_ configuration: CarbonConfiguration, _ names: NameValidation) {
        self.names = names
        source = "Graphite"
        prefix = configuration.prefix
        rules = configuration.rules.map { (GlobPattern($0.segments), $0) }
        seriesLimit = configuration.seriesLimit
        var expiry = StatsDConfiguration.Expiry()
        expiry.gauges = configuration.expiry
        self.expiry = expiry
        buckets = StatsDConfiguration.defaultBuckets
    }

    /// Whether a rule drops what it matches.
    var dropsNames: Bool { rules.contains(where: \.rule.drop) }

    func target(_ name: String, _ type: SampleKind) -> WireTarget {
        guard case .metric(var metric) = plainTarget(name, type) else { return .drop }
        metric.definition.name = prefix + metric.definition.name
        return .metric(metric)
    }

    /// What the name stands for, without the prefix of its source.
    private func plainTarget(_ name: String, _ type: SampleKind) -> WireTarget {
        let segments = rules.isEmpty ? [] : GlobPattern.segments(of: name)
        for (pattern, rule) in rules {
            guard let captures = pattern.captures(of: segments) else { continue }
            return target(name, type, rule, captures)
        }
        return .metric(metric(name, type))
    }

    private func metric(_ name: String, _ type: SampleKind) -> WireMetric {
        var definition = MetricDefinition(
            type.metricKind, name: names.name(name), help: "\(source) \(type.title) \(name).")
        definition.seriesLimit = seriesLimit
        definition.countsDistinct = type == .set
        definition.buckets = buckets
        let expiry = type.metricKind == .gauge ? self.expiry.gauges : self.expiry.others
        definition.expiry = expiry.duration
        guard type == .timer else { return WireMetric(definition, source: name) }
        definition.unit = .seconds
        definition.name = names.exposed(
            definition.name, unitSuffix: MetricUnit.seconds.suffix, isCumulative: false)
        return WireMetric(definition, source: name, factor: 0.001)
    }

    private func target(
        _ name: String, _ type: SampleKind, _ rule: MappingRule, _ captures: [Substring]
    ) -> WireTarget {
        guard !rule.drop else { return .drop }
        var metric = metric(name, type)
        if type.metricKind == .histogram, rule.type == .summary { metric.definition.kind = .summary }
        rule.shape(&metric.definition)
        if type != .timer, let unit = rule.unit {
            metric.factor = unit.factor(to: unit.base) ?? 1
            metric.definition.unit = unit.base
        }
        if let name = rule.name {
            // Several names may be mapped to one metric: it belongs to none of them.
            metric.source = nil
            metric.definition.name = names.name(
                CaptureTemplate.expand(name, captures: captures))
        }
        metric.definition.name = names.exposed(
            metric.definition.name, unitSuffix: metric.definition.unit?.suffix,
            isCumulative: metric.definition.isCounter)
        metric.set(
            labels: rule.labels.map { ($0.name, CaptureTemplate.expand($0.value, captures: captures)) })
        return .metric(metric)
    }
}

extension MappingRule {
    /// Puts what the rule says over the defaults of the wire.
    fileprivate func shape(_ definition: inout MetricDefinition) {
        if let description { definition.help = description }
        if let expiry { definition.expiry = expiry.duration }
        if let initialZero, definition.isCumulative { definition.initialZero = initialZero }
        if let persistence { definition.persistence = persistence }
        if let seriesLimit { definition.seriesLimit = seriesLimit }
        if let buckets { definition.buckets = buckets }
        if let native { definition.buckets.nativeBesideBoundaries = native }
        if let quantiles { definition.quantiles = quantiles }
        if let window { definition.window = window }
        if let relativeError { definition.relativeError = relativeError }
    }
}

extension SampleKind {
    fileprivate var title: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .timer: "timer"
        case .histogram: "histogram"
        case .distribution: "distribution"
        case .set: "set"
        }
    }
}
