public import Telemetry

/// What is wrong with one metric's definition.
public struct DefinitionError: Error, Equatable, CustomStringConvertible {
    /// The name of the metric as it was given; `*`, for all, where it is a constant label that is wrong.
    public let metric: String
    /// What is wrong.
    public let problem: Problem

    /// Says what is wrong with `metric`.
    package init(metric: String, problem: Problem) {
        self.metric = metric
        self.problem = problem
    }

    static let allMetrics = "*"

    /// The kinds of mistakes.
    public enum Problem: Sendable, Equatable {
        /// Not a name that Prometheus takes: letters, digits, `_` and `:`, no digit first.
        case malformedName
        /// Another metric has this name, or one of the names that its samples have; or this one was defined otherwise before.
        case duplicateName(String)
        /// Prometheus or the exporter itself makes a metric of this name, which is that of the metric or of one of its samples.
        case reservedName(String)
        /// Not a label name that Prometheus takes: letters, digits and `_`, no digit and no `__` first.
        case malformedLabel(String)
        /// The label is there twice, among the constant labels and the metric's own.
        case duplicateLabel(String)
        /// The exposition sets the label: `le` of histograms, `quantile` of summaries, `heliograph_overflow` of all.
        case reservedLabel(String)
        /// Boundaries must be finite and ascending, and from one to 4000.
        case badBuckets([Double])
        /// Quantiles must lie between 0 and 1, each once.
        case badQuantiles([Double])
        /// A window must be positive.
        case badWindow(Duration)
        /// An expiry must be positive.
        case badExpiry(Duration)
        /// An initial zero must not be negative, and gauges have none.
        case badInitialZero(Duration)
        /// The limit must be positive.
        case badSeriesLimit(Int)
        /// The units don't measure the same.
        case unitMismatch(from: MetricUnit, to: MetricUnit)
        /// The name ends in one unit, and the values are exposed in another one.
        case unitOfName(MetricUnit, exposed: MetricUnit)
        /// A growth factor must be above 1, a bucket limit from 1 to 1000, thresholds finite, a reset time positive.
        case badNativeBuckets(NativeBuckets)
        /// A relative error must be above 0 and below 1.
        case badRelativeError(Double)
        /// A seed must have one value per label.
        case badSeed([String])
        /// There is no memory for the metric.
        case noMemory(String)
        /// One of its events comes with labels of other names, or in another order.
        case labelsOfSource([String])
        /// A function gives its values, and events can't do so too.
        case functionAndEvents
        /// One of several events is measured as a duration, another one as a number.
        case unitOfSource
        /// The event is malformed.
        case inertEvent
        /// The event's name was declared with two payload types.
        case payloadMismatch(TelemetryError)
    }

    /// Whether it would be no mistake without the other metrics.
    package var isConflict: Bool {
        if case .duplicateName = problem { true } else { false }
    }

    /// Whether the name is not for applications and senders.
    package var isReservedName: Bool {
        if case .reservedName = problem { true } else { false }
    }

    /// Whether it would be no mistake with more memory.
    package var isOfMemory: Bool {
        if case .noMemory = problem { true } else { false }
    }

    /// Names the metric and says what to change.
    public var description: String {
        let place = metric == Self.allMetrics ? "Constant labels" : "Metric \"\(metric)\""
        return "\(place): \(problem.sentence)"
    }
}

extension DefinitionError.Problem {
    var sentence: String {
        switch self {
        case .malformedName:
            "the name takes letters, digits, '_' and ':', and no digit first."
        case .duplicateName(let name):
            "the name \(name) is taken by a metric that is defined otherwise."
        case .reservedName(let name):
            "the name \(name) is for what Prometheus or the exporter itself says."
        case .malformedLabel(let label):
            "the label \"\(label)\" takes letters, digits and '_', and begins with neither a digit nor '__'."
        case .duplicateLabel(let label):
            "the label \"\(label)\" is there twice."
        case .reservedLabel(let label):
            "the label \"\(label)\" is set by the exposition itself."
        case .badBuckets(let buckets):
            buckets.count > Buckets.largestCount
                ? "\(buckets.count) bucket boundaries are more than \(Buckets.largestCount)."
                : "the bucket boundaries \(buckets) are not finite numbers in ascending order."
        case .badQuantiles(let quantiles):
            "the quantiles \(quantiles) are not distinct numbers between 0 and 1."
        case .badWindow(let window):
            "the window of \(window) is not positive."
        case .badExpiry(let expiry):
            "the expiry of \(expiry) is not positive."
        case .badInitialZero(let duration):
            "the initial zero of \(duration) is negative, or the metric is a gauge, which has none."
        case .badSeriesLimit(let limit):
            "the series limit \(limit) is not positive."
        case .unitMismatch(let from, let to):
            "\(from.suffix) can't be converted to \(to.suffix)."
        case .unitOfName(let named, let exposed):
            "the name ends in \(named.suffix), but its values are shown in \(exposed.suffix)."
        case .badNativeBuckets(let buckets):
            "the native buckets \(buckets) need a growth factor above 1, a limit from 1 to 1000, and finite thresholds."
        case .badRelativeError(let error):
            "the relative error \(error) is not from \(MetricDefinition.smallestRelativeError) up and below 1."
        case .badSeed(let values):
            "the seed \(values) has another number of values than there are labels."
        case .noMemory(let reason):
            reason
        case .labelsOfSource(let labels):
            "the labels \(labels) of one of its events are not those of the metric."
        case .functionAndEvents:
            "a function gives its values, so events can't."
        case .unitOfSource:
            "one of its events is measured as a duration, and another one as a number."
        case .inertEvent:
            "its event has a malformed name."
        case .payloadMismatch(let error):
            error.description
        }
    }
}

/// Everything that is wrong with a set of metrics, thrown where the exporter is made.
public struct DefinitionErrors: Error, Equatable, CustomStringConvertible {
    /// In the order of the metrics.
    public let errors: [DefinitionError]

    /// One line per error.
    public var description: String {
        errors.map(\.description).joined(separator: "\n")
    }
}
