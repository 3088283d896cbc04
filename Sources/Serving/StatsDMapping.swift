import ConfigurationFile
import StatsD
import TelemetryMetrics

/// What StatsD names stand for: the first rule that matches, else the defaults of the wire.
struct StatsDMapping: Sendable {
    private let configuration: StatsDConfiguration
    private let rules: [(pattern: GlobPattern, rule: StatsDRule)]

    init(_ configuration: StatsDConfiguration) {
        self.configuration = configuration
        rules = configuration.rules.map { (GlobPattern($0.segments), $0) }
    }

    /// What `name` of `type` stands for.
    func target(_ name: String, _ type: StatsDType) -> StatsDTarget {
        let segments = rules.isEmpty ? [] : GlobPattern.segments(of: name)
        for (pattern, rule) in rules {
            guard let captures = pattern.captures(of: segments) else { continue }
            return target(name, type, rule, captures)
        }
        return .metric(metric(name, type))
    }

    private func metric(_ name: String, _ type: StatsDType) -> StatsDMetric {
        var definition = MetricDefinition(
            type.kind, name: Self.sanitised(name), help: "StatsD \(type.title) \(name).")
        definition.seriesLimit = configuration.seriesLimit
        definition.countsDistinct = type == .set
        definition.buckets = configuration.buckets
        let expiry = type.kind == .gauge ? configuration.expiry.gauges : configuration.expiry.others
        definition.expiry = expiry.duration
        guard type == .timer else { return StatsDMetric(definition, source: name) }
        definition.unit = .second
        definition.name = ExposedName.make(
            definition.name, prefix: "", unitSuffix: MetricUnit.second.suffix, isCumulative: false)
        return StatsDMetric(definition, source: name, factor: 0.001)
    }

    private func target(
        _ name: String, _ type: StatsDType, _ rule: StatsDRule, _ captures: [Substring]
    ) -> StatsDTarget {
        guard !rule.drop else { return .drop }
        var metric = metric(name, type)
        if type.kind == .histogram, rule.type == .summary { metric.definition.kind = .summary }
        rule.shape(&metric.definition)
        if type != .timer, let unit = rule.unit {
            metric.factor = unit.factor(to: unit.base) ?? 1
            metric.definition.unit = unit.base
        }
        if let name = rule.name {
            // Several names may be mapped to one metric: it belongs to none of them.
            metric.source = nil
            metric.definition.name = Self.sanitised(CaptureTemplate.expand(name, captures: captures))
        }
        metric.definition.name = ExposedName.make(
            metric.definition.name, prefix: "", unitSuffix: metric.definition.unit?.suffix,
            isCumulative: false)
        metric.set(
            labels: rule.labels.map { ($0.name, CaptureTemplate.expand($0.value, captures: captures)) })
        return .metric(metric)
    }

    /// Other characters than letters, digits, `_` and `:` become `_`, and no digit stands first.
    static func sanitised(_ name: String) -> String {
        let text = String(
            decoding: name.utf8.map { byte in
                let isFine =
                    PrometheusName.isLetter(byte)
                    || PrometheusName.isDigit(byte) || byte == UInt8(ascii: ":")
                return isFine ? byte : UInt8(ascii: "_")
            }, as: UTF8.self)
        guard let first = text.utf8.first, PrometheusName.isDigit(first) else { return text }
        return "_\(text)"
    }
}

extension StatsDRule {
    /// Puts what the rule says over the defaults of the wire.
    fileprivate func shape(_ definition: inout MetricDefinition) {
        if let description { definition.help = description }
        if let expiry { definition.expiry = expiry.duration }
        if let seriesLimit { definition.seriesLimit = seriesLimit }
        if let buckets { definition.buckets = buckets }
        if let quantiles { definition.quantiles = quantiles }
        if let window { definition.window = window }
        if let relativeError { definition.relativeError = relativeError }
    }
}

extension StatsDType {
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
