extension StatsDConfiguration {
    /// Reads the section over the defaults; the rules are checked against what `global` says.
    mutating func read(_ field: YAMLField, prefix: String, takenLabels: Set<String>) {
        guard let section = YAMLSection<StatsDKey>(field) else { return }
        section.read(.udp, into: &udp) { $0.optional { $0.listenAddress() } }
        section.read(.unix, into: &unix) { $0.optional { $0.socketPath() } }
        section.read(.unixMode, into: &unixMode) { $0.mode() }
        section.read(.expiry, into: &expiry, Expiry.init(reading:))
        section.read(.seriesLimit, into: &seriesLimit) { $0.whole(atLeast: 1) }
        section.read(.metricsLimit, into: &metricsLimit) { $0.whole(atLeast: 1) }
        section.read(.tagsLimit, into: &tagsLimit) { $0.whole(1...Self.largestTagsLimit) }
        section.read(.buckets, into: &buckets) { $0.buckets() }
        section.read(.rules, into: &rules) { Self.rules($0, prefix: prefix, takenLabels: takenLabels) }
    }

    private static func rules(_ field: YAMLField, prefix: String, takenLabels: Set<String>) -> [StatsDRule]? {
        guard let fields = field.list() else { return nil }
        var rules: [StatsDRule] = []
        var places: [String: String] = [:]
        for field in fields {
            guard let rule = StatsDRule(reading: field, prefix: prefix, takenLabels: takenLabels) else {
                continue
            }
            if let first = places[rule.match] {
                field.fail("\(first) has the same match and wins always")
            } else {
                places[rule.match] = field.path
            }
            rules.append(rule)
        }
        return rules
    }
}

extension StatsDConfiguration.Expiry {
    /// Reads the mapping; what is wrong is reported and keeps its default.
    init(reading field: YAMLField) {
        self.init()
        guard let section = YAMLSection<ExpiryKey>(field) else { return }
        section.read(.gauges, into: &gauges) { $0.expiry() }
        section.read(.others, into: &others) { $0.expiry() }
    }
}
