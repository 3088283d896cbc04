package import ConfigurationKeys
package import Linux

/// The `carbon` section: the listener for Graphite's plaintext protocol, limits and mapping rules.
package struct CarbonConfiguration: Sendable, Equatable {
    /// The TCP address; nil switches it off.
    package var tcp: ListenAddress?
    /// Put between the global prefix and every name; may be empty.
    package var prefix = ""
    /// Connections at once; from 1 to a million.
    package var maxConnections = 1024
    /// Connections at once from one address; from 1 to a million.
    package var maxConnectionsPerAddress = 256
    /// How long a connection may send nothing.
    package var idleTimeout = ExpirySetting.after(.seconds(600))
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
    package static let keys: [Key<CarbonConfiguration>] = [
        Key(
            "tcp", \.tcp, .orNone(.address), flag: "carbon.listen-tcp", default: "none", needsRestart: true,
            "Where to receive Graphite's plaintext protocol over TCP; senders expect port 2003."),
        Key(
            "prefix", \.prefix, .prefix,
            "Put before every name from Graphite's senders, behind `global.prefix`; no rule goes without it."),
        Key(
            "max-connections", \.maxConnections, .whole(1...1_000_000), needsRestart: true,
            "Connections at once; past it a new one takes the place of the one that is idle longest."),
        Key(
            "max-connections-per-address", \.maxConnectionsPerAddress, .whole(1...1_000_000),
            needsRestart: true,
            "The same of one address."),
        Key(
            "idle-timeout", \.idleTimeout, .expiry, needsRestart: true,
            "After how long without a byte a connection is closed; 0 is never."),
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

    package func finish(_ fields: SectionFields) -> Bool {
        for (index, rule) in rules.enumerated() where rule.shapesDistribution {
            fields["rules"]?.fail(
                "the rule \(index) is for a histogram or summary, but all values are gauges")
        }
        for (index, rule) in rules.enumerated() where rule.initialZero ?? .zero > .zero {
            fields["rules"]?.fail(
                "the rule \(index) has an initial zero, but all values are gauges, which have none")
        }
        return true
    }
}
