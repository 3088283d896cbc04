public import Telemetry

extension Metric {
    /// The same metric with room for `limit` series; past it, new label sets fall into one overflow series.
    public func seriesLimit(_ limit: Int) -> Self {
        with { $0.seriesLimit = limit }
    }

    /// The same metric, with series that go when they were not updated for `duration`.
    public func expiring(after duration: Duration) -> Self {
        with { $0.expiry = duration }
    }

    /// The same metric, with series that are shown as zero for `duration` once they appeared, before their value is shown.
    public func initialZero(for duration: Duration) -> Self {
        with { $0.initialZero = duration }
    }

    /// The same metric, with series for these label sets that exist before the first event, each in the order of the
    /// labels.
    public func seeded(labels labelSets: [[String]]) -> Self {
        with { $0.seeds += labelSets }
    }

    /// The same metric, with series for each of these values of its only label, that exist before the first event:
    /// `.seeded(Payment.allCases)`.
    public func seeded(_ values: some Sequence<some LabelValue>) -> Self {
        seeded(labels: values.map { [LabelWriter.text(of: $0)] })
    }

    /// The same metric, which leaves out events whose measurement is nil; otherwise these are counted as rejected, as
    /// `missing_measurement`.
    public func ignoringMissing() -> Self {
        with { $0.ignoresMissing = true }
    }

    /// The same metric, whose series go on in the process that follows, or don't.
    public func persistence(_ persistence: Persistence) -> Self {
        with { $0.persistence = persistence }
    }

    /// The same metric, with options that other tools read from its definition.
    public func reporterOptions(_ options: [String: String]) -> Self {
        with { $0.reporterOptions.merge(options) { $1 } }
    }

    fileprivate func with(_ change: (inout MetricDefinition) -> Void) -> Self {
        var copy = self
        change(&copy.definition)
        return copy
    }
}

extension Histogram {
    /// The same histogram without exemplars, whatever trace is around its observations.
    public func withoutExemplars() -> Histogram {
        with { $0.keepsExemplars = false }
    }
}
