package import Arena
import Telemetry

/// One series as a page shows it.
@frozen
package struct ShownSeries {
    /// Where its numbers are.
    package let row: Row
    /// Whether what it has counted is shown as zero; see `InitialZero`.
    package let isNew: Bool

    @inlinable
    init(row: Row, isNew: Bool) {
        self.row = row
        self.isNew = isNew
    }
}

/// A walk through the series of one metric for a page; it may pause between two of them, as `RowScan` does.
///
/// It holds no reference to the metric, which is given at each step: a page of many metrics would count several for each.
package struct SeriesScan: Sendable {
    @usableFromInline var rows: RowScan
    /// Series from this moment on are new to the page.
    @usableFromInline let newSince: UInt64

    /// A scan of the series that have a value, for a page that begins with the metric now.
    package init(_ family: Family) {
        rows = RowScan(family.series.table)
        // No row is made at the end of time.
        newSince = family.initialZero?.beginPage(at: family.series.clock.moment) ?? .max
    }

    /// Calls `body` with label text and place of series after series until it returns false; both are valid until then.
    ///
    /// `family` is the one of the beginning.
    /// - Returns: whether there may be more.
    @inlinable
    @inline(__always)
    package mutating func resume(
        in family: Family, _ body: (borrowing RawSpan, ShownSeries) -> Bool
    ) -> Bool {
        let (table, bit, newSince) = (family.series.table, family.bit, newSince)
        let cellCount = table.cellCount
        let ticket = family.series.readers.enter()
        defer { family.series.readers.leave(ticket) }
        return rows.resume(in: table) { row in
            guard row.present.bits & bit != 0 else { return true }
            let shown = ShownSeries(row: row, isNew: row.created >= newSince)
            return row.withText(cellCount: cellCount) { body($0, shown) }
        }
    }
}

extension Family {
    /// The value of a counter or sum.
    package func total(_ shown: ShownSeries) -> Total { totalReader.read(shown) }

    /// The value of a histogram with boundaries.
    package func histogram(_ shown: ShownSeries) -> HistogramReading {
        guard shown.isNew else { return histogram(shown.row) }
        return HistogramReading(counts: Array(repeating: 0, count: boundaries.count + 1), sum: 0)
    }

    /// The counts by boundaries of a native histogram that has some.
    package func classic(_ shown: ShownSeries) -> [UInt64] {
        boundaries.isEmpty ? [] : histogram(shown).counts
    }

    /// The value of a native histogram.
    package func native(_ shown: ShownSeries) -> NativeReading {
        var reading = NativeReading()
        read(native: shown, into: &reading)
        return reading
    }

    /// Reads the value of a native histogram into `reading`, whose memory is used again.
    package func read(native shown: ShownSeries, into reading: inout NativeReading) {
        read(native: shown.row, into: &reading)
        if shown.isNew { reading.removeAll() }
    }

    /// The value of a summary; the quantiles of a new one are those of its window.
    package func summary(_ shown: ShownSeries) -> SummaryReading {
        let reading = summary(shown.row)
        return shown.isNew ? SummaryReading(count: 0, sum: 0, quantiles: reading.quantiles) : reading
    }

    /// The exemplars of a series, which a new one does not show.
    package func exemplars(_ shown: ShownSeries) -> [Exemplar?] { shown.isNew ? [] : exemplars(shown.row) }
}
