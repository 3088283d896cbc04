/// The fields of MetricFamily that are written or read here.
///
/// All names and numbers are those of `metrics.proto` in <https://github.com/prometheus/client_model>.
enum FamilyField {
    static let name = 1
    static let help = 2
    static let type = 3
    static let metric = 4
    static let unit = 5
}

enum MetricField {
    static let label = 1
    static let gauge = 2
    static let counter = 3
    static let summary = 4
    static let untyped = 5
    static let timestamp = 6
    static let histogram = 7
}

enum LabelField {
    static let name = 1
    static let value = 2
}

enum GaugeField {
    static let value = 1
}

enum CounterField {
    static let value = 1
    static let exemplar = 2
    static let created = 3
}

enum SummaryField {
    static let count = 1
    static let sum = 2
    static let quantile = 3
    static let created = 4
}

enum QuantileField {
    static let quantile = 1
    static let value = 2
}

/// The fields of Histogram; from `schema` on, all but `created` are those of native histograms.
enum HistogramField {
    static let count = 1
    static let sum = 2
    static let bucket = 3
    static let floatCount = 4
    static let schema = 5
    static let zeroThreshold = 6
    static let zeroCount = 7
    static let floatZeroCount = 8
    static let negativeSpan = 9
    static let negativeDelta = 10
    static let negativeCount = 11
    static let positiveSpan = 12
    static let positiveDelta = 13
    static let positiveCount = 14
    static let created = 15
    static let exemplar = 16
}

enum BucketField {
    static let cumulativeCount = 1
    static let upperBound = 2
    static let exemplar = 3
    static let floatCount = 4
}

/// The fields of BucketSpan.
enum SpanField {
    static let offset = 1
    static let length = 2
}

enum ExemplarField {
    static let label = 1
    static let value = 2
    static let timestamp = 3
}

/// The fields of google.protobuf.Timestamp.
enum TimestampField {
    static let seconds = 1
    static let nanoseconds = 2
}
