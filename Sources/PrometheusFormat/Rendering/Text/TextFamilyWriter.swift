import TelemetryMetrics

/// Writes metrics in one of the text formats.
struct TextFamilyWriter: FamilyWriter {
    /// What is the same for a metric on each page.
    final class Prepared: Sendable {
        /// The HELP, TYPE and UNIT lines.
        fileprivate let head: [UInt8]
        fileprivate let series: any SeriesWriter

        fileprivate init(head: [UInt8], series: any SeriesWriter) {
            self.head = head
            self.series = series
        }
    }

    private let format: ExpositionFormat
    private let escaping: NameEscaping
    private let constantLabels: [UInt8]
    private let showsCreated: Bool

    init(
        format: ExpositionFormat, escaping: NameEscaping, constantLabels: [(name: String, value: String)],
        showsCreated: Bool
    ) {
        self.format = format
        self.escaping = escaping
        self.constantLabels = FamilyText.labels(constantLabels, escaping)
        self.showsCreated = showsCreated && format == .openMetrics
    }

    func prepare(_ family: Family) -> Prepared {
        let text = FamilyText(family, constantLabels: constantLabels, format: format, escaping: escaping)
        return Prepared(head: text.head, series: seriesWriter(family, text))
    }

    func write(
        _ metric: Prepared, of family: Family, isBegun: Bool, _ scan: inout SeriesScan,
        into page: inout TextBuffer, until end: Int
    ) -> Bool {
        let start = page.count
        if !isBegun { page.append(metric.head) }
        let first = page.count
        let hasMore = metric.series.write(family, &scan, into: &page, until: end)
        // A metric without series is not shown.
        if page.count == first { page.removeAll(after: start) }
        return hasMore
    }

    func finish(_ page: inout TextBuffer) {
        if format == .openMetrics { page.append("# EOF\n") }
    }

    private func seriesWriter(_ family: Family, _ text: FamilyText) -> any SeriesWriter {
        var lines = linesWriter(family, text)
        if showsCreated, family.exposedType != .gauge { lines = CreatedWriter(text, behind: lines) }
        if family.canHaveUTF8Labels, escaping != .allowUTF8 {
            lines = EscapingWriter(escaping, before: lines)
        }
        return lines
    }

    private func linesWriter(_ family: Family, _ text: FamilyText) -> any SeriesWriter {
        switch family.definition.kind {
        case .counter, .sum: TotalWriter(family, text, format: format)
        case .gauge: GaugeWriter(family, text)
        case .histogram where family.boundaries.isEmpty: NativeHistogramWriter(text, format: format)
        case .histogram: HistogramWriter(family, text, format: format)
        case .summary: SummaryWriter(family, text, format: format)
        }
    }
}
