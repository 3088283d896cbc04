/// The keys of one section, as the file writes them.
protocol ConfigurationKey: RawRepresentable<String>, CaseIterable, Hashable, Sendable {}

enum RootKey: String, ConfigurationKey {
    case global, web, statsd, events, metrics
}

enum GlobalKey: String, ConfigurationKey {
    case prefix, labels
}

enum WebKey: String, ConfigurationKey {
    case listenAddresses = "listen-addresses"
    case telemetryPath = "telemetry-path"
    case maxRequests = "max-requests"
    case maxResponseMemory = "max-response-memory"
}

enum StatsDKey: String, ConfigurationKey {
    case udp, unix, expiry, buckets, rules
    case unixMode = "unix-mode"
    case seriesLimit = "series-limit"
    case metricsLimit = "metrics-limit"
    case tagsLimit = "tags-limit"
}

enum ExpiryKey: String, ConfigurationKey {
    case gauges, others
}

enum RuleKey: String, ConfigurationKey {
    case match, name, labels, type, buckets, description, unit, drop, expiry
}

enum EventsKey: String, ConfigurationKey {
    case unix
    case unixMode = "unix-mode"
}

enum MetricKey: String, ConfigurationKey {
    case name, event, measurement, type, description, unit, labels, buckets, quantiles, window, expiry, keep,
        drop
    case monotonic
    case seriesLimit = "series-limit"
}

enum NativeKey: String, ConfigurationKey {
    case limit
    case growthFactor = "growth-factor"
    case zeroThreshold = "zero-threshold"
    case largestZeroThreshold = "largest-zero-threshold"
    case resetAfter = "reset-after"
}

enum UnitKey: String, ConfigurationKey {
    case from, to
}

/// Every key that the parser knows.
package enum ConfigurationKeys {
    /// The paths of all keys, such as `statsd.udp` and `metrics[].name`, without the free names below `labels`, `keep`
    /// and `drop`.
    package static let all =
        paths(RootKey.self, under: "")
        + paths(GlobalKey.self, under: "global.") + paths(WebKey.self, under: "web.")
        + paths(StatsDKey.self, under: "statsd.") + paths(ExpiryKey.self, under: "statsd.expiry.")
        + paths(RuleKey.self, under: "statsd.rules[].") + paths(UnitKey.self, under: "statsd.rules[].unit.")
        + paths(NativeKey.self, under: "statsd.buckets.")
        + paths(NativeKey.self, under: "statsd.rules[].buckets.")
        + paths(NativeKey.self, under: "metrics[].buckets.")
        + paths(EventsKey.self, under: "events.")
        + paths(MetricKey.self, under: "metrics[].") + paths(UnitKey.self, under: "metrics[].unit.")

    private static func paths<Key: ConfigurationKey>(_ keys: Key.Type, under prefix: String) -> [String] {
        keys.allCases.map { prefix + $0.rawValue }
    }
}
