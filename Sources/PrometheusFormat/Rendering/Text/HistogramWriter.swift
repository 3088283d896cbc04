import TelemetryMetrics

/// In OpenMetrics, a histogram of negative numbers has neither a sum nor a count: that count is in its last bucket.
struct HistogramWriter: SeriesWriter {
    private let reader: BucketReader
    private let isOpenMetrics: Bool
    private let buckets: [SampleText]
    private let hasNegativeBuckets: Bool
    private let totals: HistogramTotals

    init(_ family: Family, _ text: FamilyText, format: ExpositionFormat) {
        reader = family.bucketReader
        isOpenMetrics = format == .openMetrics
        buckets = (family.boundaries + [.infinity]).map {
            SampleText(text, suffix: "_bucket", extra: SampleText.label("le", $0))
        }
        hasNegativeBuckets = family.boundaries.contains { $0 < 0 }
        totals = HistogramTotals(text)
    }

    func write(
        _ shown: ShownSeries, of family: Family, labels: borrowing RawSpan, into page: inout TextBuffer
    ) {
        let exemplars = isOpenMetrics ? family.exemplars(shown) : []
        guard exemplars.isEmpty, !shown.isNew else {
            return write(family.histogram(shown), exemplars: exemplars, labels: labels, into: &page)
        }
        // Read where they are written: an array for each series would cost as much as its lines.
        var total: UInt64 = 0
        for index in buckets.indices {
            total &+= reader.count(of: index, shown.row)
            buckets[index].write(labels, value: total, into: &page)
        }
        write(sum: reader.sum(shown.row), count: total, labels: labels, into: &page)
    }

    /// Writes the lines of these numbers.
    func write(
        _ reading: HistogramReading, exemplars: [Exemplar?], labels: borrowing RawSpan,
        into page: inout TextBuffer
    ) {
        var total: UInt64 = 0
        for (index, bucket) in buckets.enumerated() {
            total &+= reading.counts[index]
            bucket.write(labels, into: &page)
            page.append(total)
            if index < exemplars.count, let exemplar = exemplars[index] {
                ExemplarText.append(exemplar, to: &page)
            }
            page.append(UInt8(ascii: "\n"))
        }
        write(sum: reading.sum, count: total, labels: labels, into: &page)
    }

    private func write(sum: Double, count: UInt64, labels: borrowing RawSpan, into page: inout TextBuffer) {
        guard !isOpenMetrics || sum >= 0 && !hasNegativeBuckets else { return }
        totals.write(labels, sum: sum, count: count, into: &page)
    }
}

/// A native histogram as far as text can show it: as a histogram whose only bucket is the one of +Inf.
struct NativeHistogramWriter: SeriesWriter {
    private let isOpenMetrics: Bool
    private let bucket: SampleText
    private let totals: HistogramTotals

    init(_ text: FamilyText, format: ExpositionFormat) {
        isOpenMetrics = format == .openMetrics
        bucket = SampleText(text, suffix: "_bucket", extra: SampleText.label("le", .infinity))
        totals = HistogramTotals(text)
    }

    func write(
        _ shown: ShownSeries, of family: Family, labels: borrowing RawSpan, into page: inout TextBuffer
    ) {
        let exemplars = isOpenMetrics ? family.exemplars(shown) : []
        write(family.native(shown), exemplars: exemplars, labels: labels, into: &page)
    }

    /// Writes the lines of these numbers.
    func write(
        _ reading: NativeReading, exemplars: [Exemplar?], labels: borrowing RawSpan,
        into page: inout TextBuffer
    ) {
        let count = reading.count
        bucket.write(labels, into: &page)
        page.append(count)
        if let exemplar = exemplars.newest { ExemplarText.append(exemplar, to: &page) }
        page.append(UInt8(ascii: "\n"))
        guard !isOpenMetrics || reading.sum >= 0 && reading.negative.isEmpty else { return }
        totals.write(labels, sum: reading.sum, count: count, into: &page)
    }
}

/// The last two lines of a histogram.
private struct HistogramTotals {
    private let sum: SampleText
    private let count: SampleText

    init(_ text: FamilyText) {
        sum = SampleText(text, suffix: "_sum")
        count = SampleText(text, suffix: "_count")
    }

    func write(
        _ labels: borrowing RawSpan, sum: Double, count: UInt64, into page: inout TextBuffer
    ) {
        self.sum.write(labels, value: sum, into: &page)
        self.count.write(labels, value: count, into: &page)
    }
}
