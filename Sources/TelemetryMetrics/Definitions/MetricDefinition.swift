/// The types of metrics, as Telemetry.Metrics and Prometheus know them.
public enum MetricKind: String, Sendable, Equatable, CaseIterable {
    /// How many events there were.
    case counter
    /// The total of a measurement; monotonic unless it is declared a gauge.
    case sum
    /// The last value.
    case gauge
    /// Quantiles over a sliding window, with count and sum since the start.
    case summary
    /// Counts by upper boundary, with count and sum.
    case histogram
}

/// What a gauge says; text and protobuf have one type for all.
package enum GaugeRole: Sendable, Equatable {
    /// A number.
    case value
    /// That its labels are as they are: always 1.
    case info
    /// Which of several states there is: 1 for that one and 0 for each other.
    case stateSet
}

/// All that is known of a metric before its first event: what the exposition, dashboards and documentation are made of.
public struct MetricDefinition: Sendable, Equatable {
    /// How many series a metric may have where nothing else is said.
    public static let defaultSeriesLimit = 10_000

    /// The name as it was given, without a prefix.
    public var name: String
    /// One sentence.
    public var help: String
    /// The type.
    public var kind: MetricKind
    /// The names of the labels, in order.
    public var labels: [String]
    /// The unit that the values are exposed in, which ends the name; the base unit of the measured one where nothing else is said.
    public var unit: MetricUnit?
    /// The unit that values are measured in, where it is another one than they are exposed in.
    public var measuredUnit: MetricUnit?
    /// Of a histogram.
    public var buckets: Buckets = .durations
    /// Of a summary, each from 0 to 1.
    public var quantiles: [Double] = [0.5, 0.9, 0.99]
    /// How far back the quantiles of a summary look.
    public var window: Duration = .seconds(600)
    /// Of a summary: how far a quantile may be from the true value, relative to it; above 0.
    public var relativeError = 0.011
    /// Of a histogram: whether observations within a sampled trace are kept as exemplars.
    public var keepsExemplars = true
    /// Label sets, in the order of the labels, whose series exist before the first event.
    public var seeds: [[String]] = []
    /// What other tools make of the metric; Heliograph itself does nothing with it.
    public var reporterOptions: [String: String] = [:]
    /// Of a sum: whether it only grows; one that does not is exposed as a gauge.
    public var isMonotonic = true
    /// Of a gauge: whether it holds how many distinct members were noted, instead of a value.
    package var countsDistinct = false
    /// Of a gauge: what OpenMetrics calls it.
    package var role = GaugeRole.value
    /// Past this number of label sets, new ones fall into one overflow series.
    public var seriesLimit = defaultSeriesLimit
    /// Series that were not updated for this long are removed; nil for never.
    public var expiry: Duration?
    /// Of what only grows: how long a series is shown as zero once it appeared, before its value is shown.
    ///
    /// So a Prometheus that scrapes at least that often sees its first increments as growth. Zero for never; nil for what the
    /// exporter says.
    public var initialZero: Duration?
    /// Whether a measurement that is nil is no rejection.
    public var ignoresMissing = false
    /// Whether its series go on in the process that follows, where the exporter keeps them.
    public var persistence = Persistence.automatic

    /// Makes a definition with the defaults of its kind.
    public init(
        _ kind: MetricKind, name: String, help: String, labels: [String] = [], unit: MetricUnit? = nil
    ) {
        self.kind = kind
        self.name = name
        self.help = help
        self.labels = labels
        self.unit = unit
    }

    /// Whether the values only grow, so that the type is `counter` in Prometheus.
    public var isCounter: Bool {
        kind == .counter || kind == .sum && isMonotonic
    }

    /// Whether its samples add up since the series began, those of a summary but for its quantiles.
    package var isCumulative: Bool { isCounter || kind == .histogram || kind == .summary }

    /// Whether it is a histogram with native buckets.
    package var isNative: Bool { kind == .histogram && buckets.native != nil }

    /// That of the finest buckets, rounded up.
    package static let smallestRelativeError = 0.0014

    /// The schema of a summary's buckets: the coarsest one with that relative error.
    var schema: Int { ExponentialScale.schema(growingBy: (1 + relativeError) / (1 - relativeError)) }

    /// The name that samples have: the unit is appended where it is missing, then `_total` to counters.
    public var exposedName: String {
        PrometheusName.suffixed(name, unitSuffix: exposedUnit?.suffix, isCumulative: isCounter)
    }

    /// The unit that the values are exposed in.
    var exposedUnit: MetricUnit? { unit ?? measuredUnit?.base }

    /// The unit at the end of the name, where the values are exposed in another one.
    package var contradictingUnit: MetricUnit? {
        guard let exposedUnit, let named = MetricUnit.ending(name.withoutTotal), named != exposedUnit else {
            return nil
        }
        return named
    }

    /// Whether series of both can stand in one metric.
    func isSame(as other: MetricDefinition) -> Bool {
        kind == other.kind && labels == other.labels && unit == other.unit
            && measuredUnit == other.measuredUnit && hasSameShape(as: other)
    }

    /// Compares what only metrics of this kind have.
    package func hasSameShape(as other: MetricDefinition) -> Bool {
        switch kind {
        case .counter: true
        case .sum: isMonotonic == other.isMonotonic
        case .gauge: countsDistinct == other.countsDistinct
        case .summary:
            quantiles == other.quantiles && window == other.window && relativeError == other.relativeError
        case .histogram: buckets == other.buckets && keepsExemplars == other.keepsExemplars
        }
    }

    /// What measured values are multiplied with; nil where the units don't fit.
    ///
    /// Without a unit to be exposed in, that is the base unit.
    var conversionFactor: Double? {
        guard let measuredUnit else { return 1 }
        return measuredUnit.factor(to: unit ?? measuredUnit.base)
    }

    /// The names that a page gives to this metric, all of which must be its own.
    package var sampleNames: [String] {
        let name = exposedName
        switch kind {
        case _ where isCounter:
            let base = String(name.withoutTotal)
            return [base, name, "\(base)_created"]
        case .gauge where role == .info:
            return [String(name.dropLast("_info".utf8.count)), name]
        case .counter, .sum, .gauge:
            return [name]
        case .summary:
            return [name, "\(name)_count", "\(name)_sum", "\(name)_created"]
        case .histogram:
            return [name, "\(name)_bucket", "\(name)_count", "\(name)_sum", "\(name)_created"]
        }
    }
}

extension String {
    /// The name of a counter as OpenMetrics has it.
    fileprivate var withoutTotal: Substring {
        hasSuffix("_total") ? dropLast("_total".utf8.count) : self[...]
    }
}
