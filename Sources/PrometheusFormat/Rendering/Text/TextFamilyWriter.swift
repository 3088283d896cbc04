import Arena
import TelemetryMetrics

/// Writes metrics in one of the text formats.
struct TextFamilyWriter: FamilyWriter {
    private let format: ExpositionFormat
    private let constantLabels: [UInt8]
    private let showsCreated: Bool
    /// The HELP, TYPE and UNIT lines, empty once they are written.
    private var head: [UInt8] = []
    private var series: (any SeriesWriter)?
    private var created: CreatedWriter?

    init(format: ExpositionFormat, constantLabels: [(name: String, value: String)], showsCreated: Bool) {
        self.format = format
        self.constantLabels = FamilyText.labels(constantLabels)
        self.showsCreated = showsCreated && format == .openMetrics
    }

    mutating func begin(_ family: Family) {
        let text = FamilyText(family, constantLabels: constantLabels, format: format)
        head = text.head
        series = seriesWriter(family, text)
        created = showsCreated && family.exposedType != .gauge ? CreatedWriter(family, text) : nil
    }

    mutating func write(_ shown: ShownSeries, labels: borrowing RawSpan, into page: inout TextBuffer) {
        if !head.isEmpty {
            page.append(head)
            head = []
        }
        series?.write(shown, labels: labels, into: &page)
        created?.write(shown, labels: labels, into: &page)
    }

    func end(_ page: inout TextBuffer) {}

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
