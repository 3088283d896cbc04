package import Arena

/// Reads counters and sums; it holds no reference, and is valid as long as its metric.
@frozen
package struct TotalReader: BitwiseCopyable, Sendable {
    @usableFromInline let rows: RowReader
    @usableFromInline let first: Int

    fileprivate init(_ family: Family) {
        rows = family.series.table.reader
        first = family.layout.first
    }

    /// The value.
    @inlinable
    @inline(__always)
    package func read(_ row: Row) -> Total {
        Total(whole: Int64(bitPattern: rows.total(row, first)), fraction: rows.doubleTotal(row, first + 1))
    }

    /// The value that a page shows.
    @inlinable
    @inline(__always)
    package func read(_ shown: ShownSeries) -> Total {
        shown.isNew ? Total(whole: 0, fraction: 0) : read(shown.row)
    }
}

/// Reads the counts by boundaries and the sum of a histogram; it holds no reference, and is valid as long as its metric.
@frozen
package struct BucketReader: BitwiseCopyable, Sendable {
    @usableFromInline let rows: RowReader
    @usableFromInline let first: Int
    @usableFromInline let sumCell: Int

    fileprivate init(_ family: Family) {
        rows = family.series.table.reader
        let isNative = family.isNative
        first = family.layout.first + (isNative ? NativeHistogram.copiedCellCount : 0)
        sumCell = isNative ? family.layout.first : first + family.boundaries.count + 1
    }

    /// How many values the bucket of that number holds by itself; the last one is the bucket of +Inf.
    @inlinable
    @inline(__always)
    package func count(of bucket: Int, _ row: Row) -> UInt64 { rows.total(row, first + bucket) }

    /// The sum of all values.
    @inlinable
    @inline(__always)
    package func sum(_ row: Row) -> Double { rows.doubleTotal(row, sumCell) }
}

/// Reads gauges; it holds no reference, and is valid as long as its metric.
@frozen
package struct GaugeReader: BitwiseCopyable, Sendable {
    @usableFromInline let cell: Int
    @usableFromInline let countsDistinct: Bool

    fileprivate init(_ family: Family) {
        cell = family.layout.rest
        countsDistinct = family.definition.countsDistinct
    }

    /// The value in a row of the metric.
    @inlinable
    @inline(__always)
    package func read(_ row: Row, of family: Family) -> Double {
        countsDistinct ? family.distinctCount(row) : row.cell(cell).double
    }
}

extension Family {
    /// Reads the value of a gauge.
    package var gaugeReader: GaugeReader { GaugeReader(self) }

    /// Reads the value of a counter or sum.
    package var totalReader: TotalReader { TotalReader(self) }

    /// Reads a histogram with boundaries; each bucket is to be read once, so that its count is the sum of the buckets.
    package var bucketReader: BucketReader { BucketReader(self) }
}
