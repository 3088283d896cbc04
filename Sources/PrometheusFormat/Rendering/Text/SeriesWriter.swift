import TelemetryMetrics

/// Writes the lines of one series; one type per kind of metric, made once per family and page.
protocol SeriesWriter: Sendable {
    func write(_ shown: ShownSeries, labels: borrowing RawSpan, into page: inout TextBuffer)
}

struct TotalWriter: SeriesWriter {
    private let family: Family
    private let sample: SampleText
    private let takesExemplars: Bool

    init(_ family: Family, _ text: FamilyText, format: ExpositionFormat) {
        self.family = family
        sample = SampleText(text)
        takesExemplars = format == .openMetrics && family.exposedType == .counter
    }

    func write(_ shown: ShownSeries, labels: borrowing RawSpan, into page: inout TextBuffer) {
        let exemplar = takesExemplars ? family.exemplars(shown).first ?? nil : nil
        write(family.total(shown), exemplar: exemplar, labels: labels, into: &page)
    }

    /// Writes the line of these numbers.
    func write(
        _ total: Total, exemplar: Exemplar?, labels: borrowing RawSpan, into page: inout TextBuffer
    ) {
        sample.write(labels, into: &page)
        if total.fraction == 0, total.whole >= 0 {
            page.append(UInt64(total.whole))
        } else {
            page.append(total.value)
        }
        if let exemplar { ExemplarText.append(exemplar, to: &page) }
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

    func write(_ shown: ShownSeries, labels: borrowing RawSpan, into page: inout TextBuffer) {
        sample.write(labels, value: family.value(shown.row), into: &page)
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
        takesNegatives = format != .openMetrics
        quantiles = family.definition.quantiles.map {
            SampleText(text, extra: SampleText.label("quantile", $0))
        }
        sum = SampleText(text, suffix: "_sum")
        count = SampleText(text, suffix: "_count")
    }

    func write(_ shown: ShownSeries, labels: borrowing RawSpan, into page: inout TextBuffer) {
        let reading = family.summary(shown)
        for (index, quantile) in quantiles.enumerated() {
            let value = reading.quantiles?[index] ?? .nan
            guard takesNegatives || !(value < 0) else { continue }
            quantile.write(labels, value: value, into: &page)
        }
        if takesNegatives || reading.sum >= 0 {
            sum.write(labels, value: reading.sum, into: &page)
        }
        count.write(labels, value: reading.count, into: &page)
    }
}

/// Says when the series began, in seconds since the Unix epoch.
struct CreatedWriter: SeriesWriter {
    private let family: Family
    private let sample: SampleText

    init(_ family: Family, _ text: FamilyText) {
        self.family = family
        sample = SampleText(text, isBase: true, suffix: "_created")
    }

    func write(_ shown: ShownSeries, labels: borrowing RawSpan, into page: inout TextBuffer) {
        sample.write(labels, into: &page)
        page.append(secondsOf: family.created(shown.row))
        page.append(UInt8(ascii: "\n"))
    }
}
