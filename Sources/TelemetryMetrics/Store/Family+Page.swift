package import Arena
import Telemetry

/// One series as a page shows it.
package struct ShownSeries {
    /// Where its numbers are.
    package let row: Row
    /// Whether what it has counted is shown as zero; see `InitialZero`.
    package let isNew: Bool
}

extension Family {
    /// `forEachSeries` for a page: it says which series are new to it.
    package func showEachSeries<Failure: Error>(
        _ body: (borrowing RawSpan, ShownSeries) throws(Failure) -> Void
    ) throws(Failure) {
        // No row is made at the end of time.
        let newSince = initialZero?.beginPage(at: series.clock.moment) ?? .max
        try forEachSeries { labels, row throws(Failure) in
            try body(labels, ShownSeries(row: row, isNew: row.created >= newSince))
        }
    }

    /// The value of a counter or sum.
    package func total(_ shown: ShownSeries) -> Total {
        shown.isNew ? Total(whole: 0, fraction: 0) : total(shown.row)
    }

    /// The value of a histogram with boundaries.
    package func histogram(_ shown: ShownSeries) -> HistogramReading {
        guard shown.isNew else { return histogram(shown.row) }
        return HistogramReading(counts: Array(repeating: 0, count: boundaries.count + 1), sum: 0)
    }

    /// The value of a native histogram.
    package func native(_ shown: ShownSeries) -> NativeReading {
        let reading = native(shown.row)
        guard shown.isNew else { return reading }
        return NativeReading(schema: reading.schema, zeroThreshold: reading.zeroThreshold)
    }

    /// The value of a summary; the quantiles of a new one are those of its window.
    package func summary(_ shown: ShownSeries) -> SummaryReading {
        let reading = summary(shown.row)
        return shown.isNew ? SummaryReading(count: 0, sum: 0, quantiles: reading.quantiles) : reading
    }

    /// The exemplars of a series, which a new one does not show.
    package func exemplars(_ shown: ShownSeries) -> [Exemplar?] { shown.isNew ? [] : exemplars(shown.row) }
}
