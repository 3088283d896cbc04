package import Arena
import Telemetry

/// What a total holds: whole numbers and fractions are kept apart.
@frozen
package struct Total: Sendable, Equatable {
    /// The sum of the whole numbers.
    package let whole: Int64
    /// The sum of all other numbers.
    package let fraction: Double

    /// The nearest double.
    @inlinable
    package var value: Double { Double(whole) + fraction }

    @inlinable
    init(whole: Int64, fraction: Double) {
        self.whole = whole
        self.fraction = fraction
    }
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
        try ReclamationDomain.shared.read { () throws(Failure) in
            try series.table.forEach { row throws(Failure) in
                guard row.present.bits & layout.bit != 0 else { return }
                try row.withText(cellCount: cellCount) { text throws(Failure) in try body(text, row) }
            }
        }
    }

    /// The value of a counter or sum.
    package func total(_ row: Row) -> Total { totalReader.read(row) }

    /// The value of a gauge.
    package func value(_ row: Row) -> Double { gaugeReader.read(row, of: self) }

    /// How many distinct values a gauge that counts them has seen.
    package func distinctCount(_ row: Row) -> Double {
        DistinctCount.value(row: row, cell: layout.rest, series)
    }

    /// The value of a histogram with boundaries; each bucket is read once, so that its count is the sum of the buckets.
    package func histogram(_ row: Row) -> HistogramReading {
        let reader = bucketReader
        return HistogramReading(
            counts: (0...boundaries.count).map { reader.count(of: $0, row) }, sum: reader.sum(row))
    }

    /// Whether it is a histogram with native buckets.
    package var isNative: Bool { definition.isNative }

    /// The value of a native histogram.
    package func native(_ row: Row) -> NativeReading {
        var reading = NativeReading()
        read(native: row, into: &reading)
        return reading
    }

    /// Reads the value of a native histogram into `reading`, whose memory is used again.
    func read(native row: Row, into reading: inout NativeReading) {
        guard let native = layout.native else { return }
        series.exclusively {
            native.value.readWithinLimit(
                row, first: layout.first, rest: layout.rest, series, into: &reading)
        }
    }

    /// The value of a summary.
    package func summary(_ row: Row) -> SummaryReading {
        var quantiles: [Double]?
        if let window = layout.window {
            quantiles = window.value.quantiles(
                definition.quantiles, row: row, first: layout.first, rest: layout.rest,
                now: series.clock.milliseconds, in: series.table)
        }
        return SummaryReading(
            count: series.table.total(row, layout.first),
            sum: series.table.doubleTotal(row, layout.first + 1), quantiles: quantiles)
    }

    /// The exemplars of a histogram: of one with boundaries the newest of each bucket, with that of +Inf; of a native one
    /// those there are; none where no observation had a trace.
    package func exemplars(_ row: Row) -> [Exemplar?] {
        let all = layout.exemplars?.read(row).map { $0.dated(by: series.clock) } ?? []
        guard !all.isEmpty, let boundaries = layout.boundaries else { return all }
        var byBucket = [Exemplar?](repeating: nil, count: boundaries.value.count + 1)
        for exemplar in all.sorted(by: { $0.milliseconds < $1.milliseconds }) {
            byBucket[boundaries.value.bucket(of: exemplar.value)] = exemplar
        }
        return byBucket
    }

    /// Since when the series counts, in milliseconds since the Unix epoch.
    package func created(_ row: Row) -> UInt64 {
        series.clock.wallMilliseconds(
            of: layout.native?.value.created(row, rest: layout.rest) ?? row.created)
    }
}
