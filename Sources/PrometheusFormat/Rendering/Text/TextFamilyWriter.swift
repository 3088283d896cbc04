import Arena
import TelemetryMetrics

/// Writes metrics in one of the text formats.
struct TextFamilyWriter: FamilyWriter {
    let format: ExpositionFormat
    let constantLabels: [(name: String, value: String)]
    let showsCreated: Bool

    func write(_ family: Family, into page: inout TextBuffer) {
        let text = FamilyText(family, constantLabels: constantLabels, format: format)
        let writer = seriesWriter(family, text)
        let showsCreated = showsCreated && format == .openMetrics && family.exposedType != .gauge
        let created = showsCreated ? CreatedWriter(family, text) : nil
        var isFirst = true
        family.showEachSeries { labels, shown in
            if isFirst { page.append(text.head) }
            isFirst = false
            writer.write(shown, labels: labels, into: &page)
            created?.write(shown, labels: labels, into: &page)
        }
    }

    func finish(_ page: inout TextBuffer) {
        if format == .openMetrics { page.append("# EOF\n") }
    }

    private func seriesWriter(_ family: Family, _ text: FamilyText) -> any SeriesWriter {
        switch family.definition.kind {
        case .counter, .sum: TotalWriter(family, text, format: format)
        case .gauge: GaugeWriter(family, text)
        case .histogram where family.isNative: NativeHistogramWriter(family, text, format: format)
        case .histogram: HistogramWriter(family, text, format: format)
        case .summary: SummaryWriter(family, text, format: format)
        }
    }
}
