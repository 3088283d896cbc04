package import Linux

/// The `carbon` section: the listener for Graphite's plaintext protocol, limits and mapping rules.
package struct CarbonConfiguration: Sendable, Equatable {
    /// The TCP address; nil switches it off.
    package var tcp: ListenAddress?
    /// Put between the global prefix and every name; may be empty.
    package var prefix = ""
    /// When series that are no longer sent go away.
    package var expiry = ExpirySetting.after(.seconds(600))
    /// Series per metric before the overflow series takes the rest; at least 1.
    package var seriesLimit = 10_000
    /// Distinct metric names; at least 1.
    package var metricsLimit = 10_000
    /// Tags of one line; from 1 to `StatsDConfiguration.largestTagsLimit`.
    package var tagsLimit = 64
    /// The mapping rules; the first that matches wins.
    package var rules: [MappingRule] = []

    /// The defaults, without a listener.
    package init() {}
}

extension CarbonConfiguration: KeyedSection {
    static let keys: [Key<CarbonConfiguration>] = [
        Key(
            "tcp", \.tcp, .orNone(.address), flag: "carbon.listen-tcp", default: "none", needsRestart: true,
            "Where to receive Graphite's plaintext protocol over TCP; senders expect port 2003."),
        Key(
            "prefix", \.prefix, .prefix,
            "Put before every name from Graphite's senders, behind `global.prefix`; no rule goes without it."),
        Key("expiry", \.expiry, .expiry, "When a series that is no longer sent goes away."),
        Key(
            "series-limit", \.seriesLimit, .whole(atLeast: 1),
            "Series per metric; past it one overflow series takes the rest."),
        Key("metrics-limit", \.metricsLimit, .whole(atLeast: 1), "Distinct metric names from the wire."),
        Key(
            "tags-limit", \.tagsLimit, .whole(1...StatsDConfiguration.largestTagsLimit),
            "Tags of one line; a line with more is rejected as `too_many_tags`."),
        Key(
            "rules", \.rules, .rules, reader: { $0.rules(below: $1.prefix) },
            "Mapping rules, as those of StatsD; as all values are gauges, they have none of the keys of distributions."
        ),
    ]

    func finish(_ fields: SectionFields) -> Bool {
        for (index, rule) in rules.enumerated() where rule.shapesDistribution {
            fields["rules"]?.fail(
                "the rule \(index) is for a histogram or summary, but all values are gauges")
        }
        return true
    }
}
