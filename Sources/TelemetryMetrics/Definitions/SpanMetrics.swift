public import Telemetry

/// Rate, errors and duration of spans: a histogram `NAME_duration_seconds` of their time, with the label `outcome`, which is `ok`
/// where the body returned, `cancelled` where it threw `CancellationError`, and `error` where it threw something else.
///
/// Its `_count` is how often there were spans.
public struct SpanMetrics: Metric {
    /// What is known of it before its first event.
    public var definition: MetricDefinition
    /// Where its values come from.
    public var source: MetricSource

    /// Measures the spans of `events`, by `labels` of what a span begins with and ends with.
    ///
    /// `name` is that of the spans, as `checkout`.
    public init<Metadata>(
        _ name: String, _ help: String, of events: SpanEvents<Metadata, Metadata>,
        buckets: Buckets = .durations, labels: Label<Metadata>...
    ) {
        self.init(name, help, events, buckets, labels, labels)
    }

    /// Measures the spans of `events` by what they end with; `failureLabels`, of the same names, are those of what a span begins
    /// with, as one that throws ends with nothing else.
    @_disfavoredOverload
    public init<Start, Stop>(
        _ name: String, _ help: String, of events: SpanEvents<Start, Stop>,
        buckets: Buckets = .durations, labels: [Label<Stop>] = [], failureLabels: [Label<Start>] = []
    ) {
        self.init(name, help, events, buckets, labels, failureLabels)
    }

    private init<Start, Stop>(
        _ name: String, _ help: String, _ events: SpanEvents<Start, Stop>, _ buckets: Buckets,
        _ labels: [Label<Stop>], _ failureLabels: [Label<Start>]
    ) {
        let name = "\(name)_duration"
        definition = MetricDefinition(
            .histogram, name: name, help: help, labels: labels.map(\.name) + ["outcome"], unit: .seconds)
        definition.buckets = buckets
        let ok = Label<SpanStop<Stop>>("outcome") { (_: SpanStop<Stop>) in "ok" as StaticString }
        let error = Label<SpanException<Start>>("outcome") { (failed: SpanException<Start>) in
            (failed.error is CancellationError ? "cancelled" : "error") as StaticString
        }
        source = MetricSource(
            EventBinding(
                name, event: events.stop, labels: labels.map { $0.of(\.metadata) } + [ok], filter: .all,
                measuring: { $0.duration }))
        source.add(
            EventBinding(
                name, event: events.exception, labels: failureLabels.map { $0.of(\.metadata) } + [error],
                filter: .all, measuring: { $0.duration }))
    }
}

extension Label {
    /// The same label of something that has the payload in it.
    func of<Whole>(_ part: @escaping @Sendable (Whole) -> Payload) -> Label<Whole> {
        let write = write
        return Label<Whole>(named: name) { whole, writer in write(part(whole), &writer) }
    }
}
