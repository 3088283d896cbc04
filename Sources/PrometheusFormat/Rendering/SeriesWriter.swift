import Arena
import TelemetryMetrics

/// Writes the lines of one series; one type per kind of metric, made once per family and page.
protocol SeriesWriter {
    func write(_ row: Row, labels: borrowing RawSpan, into page: inout TextBuffer)
}

/// A sample's name with all that stands before and after the series' own labels.
struct SampleText {
    /// The name, `{`, and the constant labels.
    private let start: [UInt8]
    /// The label that the sample adds, such as `le="0.5"`, or nothing.
    private let extra: [UInt8]
    private let name: [UInt8]
    private let hasConstantLabels: Bool

    init(_ text: FamilyText, suffix: String = "", extra: [UInt8] = []) {
        name = text.sample(suffix)
        start = name + [UInt8(ascii: "{")] + text.constantLabels
        hasConstantLabels = !text.constantLabels.isEmpty
        self.extra = extra
    }

    /// Writes everything up to the value.
    func write(_ labels: borrowing RawSpan, into page: inout TextBuffer) {
        guard hasConstantLabels || labels.byteCount > 0 || !extra.isEmpty else {
            page.append(name)
            page.append(UInt8(ascii: " "))
            return
        }
        page.append(start)
        if hasConstantLabels, labels.byteCount > 0 { page.append(UInt8(ascii: ",")) }
        page.append(labels)
        if !extra.isEmpty {
            if hasConstantLabels || labels.byteCount > 0 { page.append(UInt8(ascii: ",")) }
            page.append(extra)
        }
        page.append("} ")
    }
}

struct TotalWriter: SeriesWriter {
    private let family: Family
    private let sample: SampleText

    init(_ family: Family, _ text: FamilyText) {
        self.family = family
        sample = SampleText(text)
    }

    func write(_ row: Row, labels: borrowing RawSpan, into page: inout TextBuffer) {
        sample.write(labels, into: &page)
        let total = family.total(row)
        if total.fraction == 0, total.whole >= 0 {
            page.append(UInt64(total.whole))
        } else {
            page.append(total.value)
        }
        page.append(UInt8(ascii: "\n"))
    }
}

struct GaugeWriter: SeriesWriter {
    private let family: Family
    private let sample: SampleText

    init(_ family: Family, _ text: FamilyText) {
        self.family = family
        sample = SampleText(text)
    }

    func write(_ row: Row, labels: borrowing RawSpan, into page: inout TextBuffer) {
        sample.write(labels, into: &page)
        page.append(family.value(row))
        page.append(UInt8(ascii: "\n"))
    }
}

/// In OpenMetrics, a histogram of negative numbers has neither a sum nor a count: that count is in its last bucket.
struct HistogramWriter: SeriesWriter {
    private let family: Family
    private let takesNegativeSums: Bool
    private let buckets: [SampleText]
    private let sum: SampleText
    private let count: SampleText

    init(_ family: Family, _ text: FamilyText, format: ExpositionFormat) {
        self.family = family
        takesNegativeSums = format == .text
        buckets = (family.boundaries + [.infinity]).map {
            SampleText(text, suffix: "_bucket", extra: label("le", $0))
        }
        sum = SampleText(text, suffix: "_sum")
        count = SampleText(text, suffix: "_count")
    }

    func write(_ row: Row, labels: borrowing RawSpan, into page: inout TextBuffer) {
        let reading = family.histogram(row)
        var total: UInt64 = 0
        for (bucket, inBucket) in zip(buckets, reading.counts) {
            total &+= inBucket
            bucket.write(labels, into: &page)
            page.append(total)
            page.append(UInt8(ascii: "\n"))
        }
        let isPositive = reading.sum >= 0 && family.boundaries.allSatisfy { $0 >= 0 }
        guard takesNegativeSums || isPositive else { return }
        sum.write(labels, into: &page)
        page.append(reading.sum)
        page.append(UInt8(ascii: "\n"))
        count.write(labels, into: &page)
        page.append(total)
        page.append(UInt8(ascii: "\n"))
    }
}

/// In OpenMetrics, neither quantiles nor sums are negative: such samples are left out.
struct SummaryWriter: SeriesWriter {
    private let family: Family
    private let takesNegatives: Bool
    private let quantiles: [SampleText]
    private let sum: SampleText
    private let count: SampleText

    init(_ family: Family, _ text: FamilyText, format: ExpositionFormat) {
        self.family = family
        takesNegatives = format == .text
        quantiles = family.definition.quantiles.map {
            SampleText(text, extra: label("quantile", $0))
        }
        sum = SampleText(text, suffix: "_sum")
        count = SampleText(text, suffix: "_count")
    }

    func write(_ row: Row, labels: borrowing RawSpan, into page: inout TextBuffer) {
        let reading = family.summary(row)
        for (index, quantile) in quantiles.enumerated() {
            let value = reading.quantiles?[index] ?? .nan
            guard takesNegatives || !(value < 0) else { continue }
            quantile.write(labels, into: &page)
            page.append(value)
            page.append(UInt8(ascii: "\n"))
        }
        if takesNegatives || reading.sum >= 0 {
            sum.write(labels, into: &page)
            page.append(reading.sum)
            page.append(UInt8(ascii: "\n"))
        }
        count.write(labels, into: &page)
        page.append(reading.count)
        page.append(UInt8(ascii: "\n"))
    }
}

private func label(_ name: String, _ value: Double) -> [UInt8] {
    var text = Array("\(name)=\"".utf8)
    NumberFormat.appendCanonical(value, to: &text)
    text.append(UInt8(ascii: "\""))
    return text
}
