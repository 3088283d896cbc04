extension MetricConfiguration {
    /// Reads `type` and the keys that belong to one type only; nil, reported, without a usable type.
    static func shape(_ section: YAMLSection<MetricKey>) -> Shape? {
        let type = section.required(.type)?.choice(TypeName.self)
        var monotonic = true
        var window = defaultWindow
        var quantiles = defaultQuantiles
        var buckets = StatsDConfiguration.defaultBuckets
        section.read(.monotonic, into: &monotonic) { $0.boolean() }
        section.read(.window, into: &window, Self.window)
        section.read(.quantiles, into: &quantiles, Self.quantiles)
        section.read(.buckets, into: &buckets) { $0.buckets() }
        guard let type else { return nil }
        refuseForeignKeys(section, of: type)
        switch type {
        case .counter: return .counter
        case .sum: return .sum(monotonic: monotonic)
        case .gauge: return .gauge
        case .summary: return .summary(quantiles: quantiles, window: window)
        case .histogram: return .histogram(buckets: buckets)
        }
    }

    private static func refuseForeignKeys(_ section: YAMLSection<MetricKey>, of type: TypeName) {
        let owners: [(MetricKey, TypeName)] = [
            (.monotonic, .sum), (.window, .summary), (.quantiles, .summary), (.buckets, .histogram),
        ]
        for (key, owner) in owners where owner != type {
            section[key]?.fail("belongs to a \(owner.rawValue), but this metric is a \(type.rawValue)")
        }
    }

    private static func window(_ field: YAMLField) -> Duration? {
        guard let window = field.duration() else { return nil }
        return window > .zero ? window : field.failed("needs a duration above zero")
    }

    private static func quantiles(_ field: YAMLField) -> [Double]? {
        guard let fields = field.list() else { return nil }
        guard !fields.isEmpty else { return field.failed("needs at least one quantile") }
        var quantiles: [Double] = []
        var seen: Set<Double> = []
        for field in fields {
            guard let quantile = field.number() else { continue }
            if !(0...1).contains(quantile) { field.fail("a quantile is between 0 and 1, not \(quantile)") }
            if !seen.insert(quantile).inserted { field.fail("\(quantile) appears twice") }
            quantiles.append(quantile)
        }
        return quantiles
    }
}
