import TelemetryMetrics

/// Writes metrics in one format, one after the other; made for one page.
protocol FamilyWriter: Sendable {
    /// What is the same for a metric on each page of the kind; it holds no reference to the metric.
    associatedtype Prepared: Sendable

    /// Makes it.
    func prepare(_ family: Family) -> Prepared

    /// Appends the series that come next, until the page has `end` bytes, with what stands before the first one of the metric
    /// unless it `isBegun`.
    ///
    /// - Returns: whether there may be more.
    mutating func write(
        _ metric: Prepared, of family: Family, isBegun: Bool, _ scan: inout SeriesScan,
        into page: inout TextBuffer, until end: Int
    ) -> Bool

    /// Appends what stands after the last metric.
    func finish(_ page: inout TextBuffer)
}
