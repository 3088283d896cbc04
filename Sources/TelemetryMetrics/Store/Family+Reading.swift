package import Arena
import Telemetry

/// What a total holds: whole numbers and fractions are kept apart.
package struct Total: Sendable, Equatable {
    /// The sum of the whole numbers.
    package let whole: Int64
    /// The sum of all other numbers.
    package let fraction: Double

    /// The nearest double.
    package var value: Double { Double(whole) + fraction }
}

/// A histogram at one moment.
package struct HistogramReading: Sendable, Equatable {
    /// How many values each bucket holds by itself; the last one is the bucket of +Inf.
    package let counts: [UInt64]
    /// The sum of all values.
    package let sum: Double
}

/// A summary at one moment.
package struct SummaryReading: Sendable, Equatable {
    /// How many values there were since the series began.
    package let count: UInt64
    /// Their sum.
    package let sum: Double
    /// One value per quantile of the definition; nil where the window is empty.
    package let quantiles: [Double]?
}

extension Family {
    /// Calls `body` with the label text and the row of every series that has a value, in a stable order.
    ///
    /// What `body` gets is valid until it returns.
    package func forEachSeries<Failure: Error>(
        _ body: (borrowing RawSpan, Row) throws(Failure) -> Void
    ) throws(Failure) {
        let cellCount = series.table.cellCount
        try ReadDomain.shared.read { () throws(Failure) in
            try series.table.forEach { row throws(Failure) in
                guard row.present.bits & bit != 0 else { return }
                try row.withText(cellCount: cellCount) { text throws(Failure) in try body(text, row) }
            }
        }
    }

    /// The value of a counter or sum.
    package func total(_ row: Row) -> Total {
        Total(whole: Int64(bitPattern: row.cell(firstCell).bits), fraction: row.cell(firstCell + 1).double)
    }

    /// The value of a gauge.
    package func value(_ row: Row) -> Double {
        definition.countsDistinct
            ? DistinctCount.estimate(row: row, first: firstCell) : row.cell(firstCell).double
    }

    /// The value of a histogram; each bucket is read once, so that its count is the sum of the buckets.
    package func histogram(_ row: Row) -> HistogramReading {
        let buckets = boundaries.count + 1
        return HistogramReading(
            counts: (0..<buckets).map { row.cell(firstCell + $0).bits },
            sum: row.cell(firstCell + buckets).double)
    }

    /// The value of a summary.
    package func summary(_ row: Row) -> SummaryReading {
        let quantiles = window?.quantiles(
            definition.quantiles, row: row, first: firstCell + 2, now: series.clock.milliseconds)
        return SummaryReading(
            count: row.cell(firstCell).bits, sum: row.cell(firstCell + 1).double, quantiles: quantiles)
    }
}
