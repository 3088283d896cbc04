import Bytes
import TelemetryMetrics

/// Finds metrics that can't stand on one page together.
struct MetricConflicts {
    private struct Family {
        var metric: MetricConfiguration
        var path: String
    }

    private struct Source: Hashable {
        var name: String
        var event: String
        var measurement: String?
        var filter: MetricConfiguration.Filter?

        init(_ metric: MetricConfiguration, exposedAs name: String) {
            self.name = name
            event = metric.event
            measurement = metric.definition.kind == .counter ? nil : metric.measurement
            filter = metric.filter
        }
    }

    private let prefix: String
    private var families: [String: Family] = [:]
    /// The path of the metric that takes a source into a family.
    private var sources: [Source: String] = [:]
    /// Which exposed family uses a sample or family name.
    private var owners: [String: String] = [:]

    init(prefix: String) {
        self.prefix = prefix
    }

    /// Takes the metric written at `path`; returns why it can't stand beside the ones before it, or nil.
    mutating func add(_ metric: MetricConfiguration, at path: String) -> String? {
        var exposed = metric.definition
        exposed.name = prefix + exposed.name
        let name = exposed.exposedName
        let names = exposed.sampleNames
        if let mistake = NameMistake.of(exposedNames: names) { return mistake }
        let source = Source(metric, exposedAs: name)
        if let family = families[name] {
            if let conflict = Self.conflict(of: metric, with: family, exposedAs: name) { return conflict }
            if let other = sources[source] {
                return "it counts the same events a second time into \(name.quoted), after \(other)"
            }
            sources[source] = path
            return nil
        }
        families[name] = Family(metric: metric, path: path)
        sources[source] = path
        var mistake: String?
        for sample in names {
            if let owner = owners[sample], let other = families[owner] {
                mistake =
                    mistake ?? "its \(sample.quoted) clashes with \(other.path), exposed as \(owner.quoted)"
            } else {
                owners[sample] = name
            }
        }
        return mistake
    }

    private static func conflict(
        of metric: MetricConfiguration, with family: Family, exposedAs name: String
    ) -> String? {
        let (one, other) = (metric.definition, family.metric.definition)
        func differs(_ what: String) -> String {
            "it is exposed as \(name.quoted) like \(family.path), which has \(what)"
        }
        guard one.kind == other.kind else { return differs("type \(other.kind.rawValue)") }
        guard one.hasSameShape(as: other) else {
            return differs(
                "another value of buckets, exemplars, quantiles, window, relative-error or monotonic")
        }
        guard one.measuredUnit == other.measuredUnit else { return differs("another unit") }
        guard one.labels.count == other.labels.count, Set(one.labels) == Set(other.labels) else {
            return differs("other labels")
        }
        guard one.seriesLimit == other.seriesLimit, one.expiry == other.expiry,
            one.initialZero == other.initialZero
        else { return differs("another series-limit, expiry or initial-zero") }
        return nil
    }
}
