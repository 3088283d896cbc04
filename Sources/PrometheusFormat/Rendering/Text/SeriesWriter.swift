import Bytes
import TelemetryMetrics

/// Writes the lines of series; one type per kind of metric.
///
/// It is made once for a metric and holds no reference to it, so that it may be kept when the metric is gone.
protocol SeriesWriter: Sendable {
    /// Writes the lines of one series of the metric that it was made for.
    func write(
        _ shown: ShownSeries, of family: Family, labels: borrowing RawSpan, into page: inout TextBuffer)

    /// Writes the lines of all series that come next, until the page has `end` bytes; whether there may be more.
    func write(
        _ family: Family, _ scan: inout SeriesScan, into page: inout TextBuffer, until end: Int
    ) -> Bool
}

extension SeriesWriter {
    // Made for each type, so that nothing in the loop is called through the protocol.
    @inline(__always)
    func write(
        _ family: Family, _ scan: inout SeriesScan, into page: inout TextBuffer, until end: Int
    ) -> Bool {
        scan.resume(in: family) { labels, shown in
            write(shown, of: family, labels: labels, into: &page)
            return page.count < end
        }
    }
}

struct TotalWriter: SeriesWriter {
    private let total: TotalReader
    private let sample: SampleText
    private let takesExemplars: Bool

    init(_ family: Family, _ text: FamilyText, format: ExpositionFormat) {
        total = family.totalReader
        sample = SampleText(text)
        takesExemplars = format == .openMetrics && family.exposedType == .counter
    }

    func write(
        _ shown: ShownSeries, of family: Family, labels: borrowing RawSpan, into page: inout TextBuffer
    ) {
        let total = total.read(shown)
        if takesExemplars {
            write(total, exemplar: family.exemplars(shown).first ?? nil, labels: labels, into: &page)
        } else if total.fraction == 0, total.whole >= 0 {
            sample.write(labels, value: UInt64(bitPattern: total.whole), into: &page)
        } else {
            sample.write(labels, value: total.value, into: &page)
        }
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
    private let value: GaugeReader
    private let sample: SampleText

    init(_ family: Family, _ text: FamilyText) {
        value = family.gaugeReader
        sample = SampleText(text)
    }

    func write(
        _ shown: ShownSeries, of family: Family, labels: borrowing RawSpan, into page: inout TextBuffer
    ) {
        sample.write(labels, value: value.read(shown.row, of: family), into: &page)
    }
}

/// In OpenMetrics, neither quantiles nor sums are negative: such samples are left out.
struct SummaryWriter: SeriesWriter {
    private let takesNegatives: Bool
    private let quantiles: [SampleText]
    private let sum: SampleText
    private let count: SampleText

    init(_ family: Family, _ text: FamilyText, format: ExpositionFormat) {
        takesNegatives = format != .openMetrics
        quantiles = family.definition.quantiles.map {
            SampleText(text, extra: SampleText.label("quantile", $0))
        }
        sum = SampleText(text, suffix: "_sum")
        count = SampleText(text, suffix: "_count")
    }

    func write(
        _ shown: ShownSeries, of family: Family, labels: borrowing RawSpan, into page: inout TextBuffer
    ) {
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

/// Says behind the other lines of a series when it began, in seconds since the Unix epoch.
struct CreatedWriter: SeriesWriter {
    private let sample: SampleText
    private let lines: any SeriesWriter

    init(_ text: FamilyText, behind lines: any SeriesWriter) {
        self.lines = lines
        sample = SampleText(text, isBase: true, suffix: "_created")
    }

    func write(
        _ shown: ShownSeries, of family: Family, labels: borrowing RawSpan, into page: inout TextBuffer
    ) {
        lines.write(shown, of: family, labels: labels, into: &page)
        sample.write(labels, into: &page)
        page.append(secondsOf: family.created(shown.row))
        page.append(UInt8(ascii: "\n"))
    }
}

/// Writes the lines of series whose labels may have names that this page has to escape.
struct EscapingWriter: SeriesWriter {
    private let escaping: NameEscaping
    private let lines: any SeriesWriter

    init(_ escaping: NameEscaping, before lines: any SeriesWriter) {
        self.escaping = escaping
        self.lines = lines
    }

    func write(
        _ shown: ShownSeries, of family: Family, labels: borrowing RawSpan, into page: inout TextBuffer
    ) {
        var escaped: [UInt8] = []
        EscapedLabels.append(labels, escaping, to: &escaped)
        escaped.withBytes(in: escaped.indices) { lines.write(shown, of: family, labels: $0, into: &page) }
    }
}
