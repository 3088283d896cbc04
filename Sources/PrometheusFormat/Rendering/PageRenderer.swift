package import Arena
package import TelemetryMetrics

/// Writes all metrics of a store as one page.
///
/// A page is a copy of prepared text with the numbers of the moment between; series come in the order of their creation,
/// metrics in the order of their names.
package struct PageRenderer: Sendable {
    private let store: MetricStore
    private let format: ExpositionFormat

    /// Renders `store` in `format`.
    package init(_ store: MetricStore, format: ExpositionFormat) {
        self.store = store
        self.format = format
    }

    /// Appends the page to `page`.
    package func render(into page: inout TextBuffer) {
        store.collect()
        for family in store.families { render(family, into: &page) }
        if format == .openMetrics { page.append("# EOF\n") }
    }

    /// The whole page.
    package func bytes() -> [UInt8] {
        var page = TextBuffer()
        render(into: &page)
        return page.bytes()
    }

    private func render(_ family: Family, into page: inout TextBuffer) {
        let text = FamilyText(family, constantLabels: store.constantLabels, format: format)
        let writer = writer(of: family, text: text)
        var isFirst = true
        family.forEachSeries { labels, row in
            if isFirst { page.append(text.head) }
            isFirst = false
            writer.write(row, labels: labels, into: &page)
        }
    }

    private func writer(of family: Family, text: FamilyText) -> any SeriesWriter {
        switch family.definition.kind {
        case .counter, .sum: TotalWriter(family, text)
        case .gauge: GaugeWriter(family, text)
        case .histogram: HistogramWriter(family, text, format: format)
        case .summary: SummaryWriter(family, text, format: format)
        }
    }
}
