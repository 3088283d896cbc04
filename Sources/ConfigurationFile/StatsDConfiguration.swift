package import ConfigurationKeys
package import Linux
package import TelemetryMetrics

/// The `statsd` section: listeners, limits and mapping rules.
package struct StatsDConfiguration: Sendable, Equatable {
    /// How long wire series live without an update, where no rule says otherwise.
    package struct Expiry: Sendable, Equatable {
        /// For gauges and sets.
        package var gauges = ExpirySetting.after(.seconds(600))
        /// For counters, timers and distributions.
        package var others = ExpirySetting.after(.seconds(86_400))

        /// Ten minutes for gauges, a day for the rest.
        package init() {}
    }

    /// A way in which clients write tags.
    package enum TagStyle: String, Sendable, CaseIterable {
        /// `name:1|c|#k:v`.
        case dogstatsd
        /// `name,k=v:1|c`.
        case influxdb
        /// `name#k=v:1|c`.
        case librato
        /// `na[k=v]me:1|c`.
        case signalfx
    }

    /// What becomes of a tag that is a name alone.
    package enum BareTags: String, Sendable, CaseIterable {
        /// A label with the value `true`.
        case label
        /// Nothing; it is counted.
        case drop
    }

    /// The upper bounds, in seconds for timers, where nothing else is configured.
    package static let defaultBuckets = Buckets.durations

    /// Beyond, sorting the tags of a line could take far longer than reading it.
    package static let largestTagsLimit = 1024

    /// The UDP address; nil switches UDP off.
    package var udp: ListenAddress? = ListenAddress(host: "localhost", port: 9125)
    /// The absolute path of the datagram socket; nil switches it off.
    package var unix: String?
    /// The socket's permission bits.
    package var unixMode: UInt32 = 0o666
    /// Put between the global prefix and every name; may be empty.
    package var prefix = ""
    /// The styles in which tags are looked for, each once.
    package var tagStyles = TagStyle.allCases
    /// What becomes of a tag without a value.
    package var bareTags = BareTags.label
    /// When series that are no longer sent go away.
    package var expiry = Expiry()
    /// Series per metric before the overflow series takes the rest; at least 1.
    package var seriesLimit = 10_000
    /// Distinct metric names from the wire; at least 1.
    package var metricsLimit = 10_000
    /// Tags of one line; from 1 to `largestTagsLimit`.
    package var tagsLimit = 64
    /// Bucket bounds of timers and histograms without their own; finite and strictly ascending.
    package var buckets = Self.defaultBuckets
    /// The mapping rules; the first that matches wins.
    package var rules: [MappingRule] = []

    /// The defaults, without a Unix socket.
    package init() {}
}

extension StatsDConfiguration: KeyedSection {
    package static let keys: [Key<StatsDConfiguration>] = [
        Key(
            "udp", \.udp, .orNone(.address), flag: "statsd.listen-udp", needsRestart: true,
            "Where to receive StatsD over UDP; `localhost` is both 127.0.0.1 and ::1."),
        Key(
            "unix", \.unix, .orNone(.socketPath), flag: "statsd.listen-unix",
            default: "statsd.sock in /run/heliograph", needsRestart: true,
            "The Unix datagram socket for StatsD, an absolute path."),
        Key(
            "unix-mode", \.unixMode, .mode, needsRestart: true, "The socket's permissions."),
        Key(
            "prefix", \.prefix, .prefix,
            "Put before every name from StatsD, behind `global.prefix`; no rule goes without it."),
        Key(
            "tag-styles", \.tagStyles, .tagStyles, needsRestart: true,
            "How [tags are written](#statsd-lines); those of other styles stay in the name, and a section of DogStatsD's is skipped."
        ),
        Key(
            "bare-tags", \.bareTags, .choice, needsRestart: true,
            "What a tag without a value becomes, as in `#prod`: a label that is `true`, or nothing, counted in `heliograph_tags_dropped_total`."
        ),
        Key("expiry", \.expiry, "When series that are no longer sent go away."),
        Key(
            "series-limit", \.seriesLimit, .whole(atLeast: 1),
            "Series per metric; past it one overflow series takes the rest."),
        Key(
            "metrics-limit", \.metricsLimit, .whole(atLeast: 1), "Distinct metric names from the wire."),
        Key(
            "tags-limit", \.tagsLimit, .whole(1...largestTagsLimit),
            "Tags of one line; a line with more is rejected as `too_many_tags`."),
        Key(
            "buckets", \.buckets, .buckets,
            "Bucket bounds of timers (seconds) and histograms, finite and strictly ascending; or native buckets."
        ),
        Key(
            "native", \.buckets.nativeBesideBoundaries, .nativeBesideBounds, default: "none",
            "Native buckets beside those of `buckets`: text shows these, protobuf both."
        ),
        Key(
            "rules", \.rules, .rules, reader: { $0.rules(below: $1.prefix) },
            "Mapping rules; the first that matches wins."),
    ]
}

extension StatsDConfiguration.Expiry: KeyedSection {
    package static let keys: [Key<StatsDConfiguration.Expiry>] = [
        Key("gauges", \.gauges, .expiry, "When a gauge or set that is no longer sent goes away."),
        Key("others", \.others, .expiry, "The same for counters, timers and distributions."),
    ]
}

extension ValueType<[StatsDConfiguration.TagStyle]> {
    /// Names of styles, each once; none switches all off.
    fileprivate static var tagStyles: Self {
        let names = StatsDConfiguration.TagStyle.allCases.map { "`\($0.rawValue)`" }
        return Self(
            "list of \(names.joined(separator: ", "))",
            text: { "[\($0.map(\.rawValue).joined(separator: ", "))]" }
        ) { field in
            guard let fields = field.list() else { return nil }
            var styles: [StatsDConfiguration.TagStyle] = []
            for field in fields {
                guard let style = field.choice(StatsDConfiguration.TagStyle.self) else { continue }
                if styles.contains(style) { field.fail("\(style.rawValue) appears twice") }
                styles.append(style)
            }
            return styles
        }
    }
}

/// How long a series lives without an update.
package enum ExpirySetting: Sendable, Equatable {
    /// It stays; written `0`.
    case never
    /// It goes after this long, which is above zero.
    case after(Duration)

    /// The setting for a duration that is not negative; zero is `never`.
    package init(_ duration: Duration) {
        self = duration == .zero ? .never : .after(duration)
    }

    /// Nil for never.
    package var duration: Duration? {
        switch self {
        case .never: nil
        case .after(let duration): duration
        }
    }
}
