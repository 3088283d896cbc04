extension Metric {
    /// The same metric with room for `limit` series; past it, new label sets fall into one overflow series.
    public func seriesLimit(_ limit: Int) -> Self {
        with { $0.seriesLimit = limit }
    }

    /// The same metric, with series that go when they were not updated for `duration`.
    public func expiring(after duration: Duration) -> Self {
        with { $0.expiry = duration }
    }

    private func with(_ change: (inout MetricDefinition) -> Void) -> Self {
        var copy = self
        change(&copy.definition)
        return copy
    }
}
