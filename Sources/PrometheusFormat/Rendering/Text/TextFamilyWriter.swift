import Arena
import TelemetryMetrics

/// Writes metrics in one of the text formats.
struct TextFamilyWriter: FamilyWriter {
    let format: ExpositionFormat
    let constantLabels: [(name: String, value: String)]
    let showsCreated: Bool

    func write(_ family: Family, into page: inout TextBuffer) {
        let text = FamilyText(family, constantLabels: constantLabels, format: format)
        let created = showsCreated && family.exposedType != .gauge ? CreatedWriter(family, text) : nil
        let standsAmongOthers = text.createdHead.isEmpty
        write(
            family, head: text.head, by: seriesWriter(family, text), and: standsAmongOthers ? created : nil,
            into: &page)
        if let created, !standsAmongOthers {
            write(family, head: text.createdHead, by: created, into: &page)
        }
    }

    func finish(_ page: inout TextBuffer) {
        if format == .openMetrics { page.append("# EOF\n") }
    }

    private func write(
        _ family: Family, head: [UInt8], by writer: any SeriesWriter, and other: CreatedWriter? = nil,
        into page: inout TextBuffer
    ) {
        var isFirst = true
        family.forEachSeries { labels, row in
            if isFirst { page.append(head) }
            isFirst = false
            writer.write(row, labels: labels, into: &page)
            other?.write(row, labels: labels, into: &page)
        }
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
