import Arena
import Bytes
import TelemetryMetrics

/// Writes metrics in one of the text formats.
struct TextFamilyWriter: FamilyWriter {
    private let format: ExpositionFormat
    private let escaping: NameEscaping
    private let constantLabels: [UInt8]
    private let showsCreated: Bool
    /// The HELP, TYPE and UNIT lines, empty once they are written.
    private var head: [UInt8] = []
    private var series: (any SeriesWriter)?
    private var created: CreatedWriter?
    /// Whether labels may have to be escaped, in the memory of `escaped`.
    private var escapesLabels = false
    private var escaped: [UInt8] = []

    init(
        format: ExpositionFormat, escaping: NameEscaping, constantLabels: [(name: String, value: String)],
        showsCreated: Bool
    ) {
        self.format = format
        self.escaping = escaping
        self.constantLabels = FamilyText.labels(constantLabels, escaping)
        self.showsCreated = showsCreated && format == .openMetrics
    }

    mutating func begin(_ family: Family) {
        let text = FamilyText(family, constantLabels: constantLabels, format: format, escaping: escaping)
        escapesLabels = family.canHaveUTF8Labels && escaping != .allowUTF8
        head = text.head
        series = seriesWriter(family, text)
        created = showsCreated && family.exposedType != .gauge ? CreatedWriter(family, text) : nil
    }

    mutating func write(_ shown: ShownSeries, labels: borrowing RawSpan, into page: inout TextBuffer) {
        if !head.isEmpty {
            page.append(head)
            head = []
        }
        guard escapesLabels else { return write(lines: shown, labels: labels, into: &page) }
        escaped.removeAll(keepingCapacity: true)
        EscapedLabels.append(labels, escaping, to: &escaped)
        escaped.withBytes(in: escaped.indices) { write(lines: shown, labels: $0, into: &page) }
    }

    private func write(
        lines shown: ShownSeries, labels: borrowing RawSpan, into page: inout TextBuffer
    ) {
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
        case .histogram where family.boundaries.isEmpty: NativeHistogramWriter(family, text, format: format)
        case .histogram: HistogramWriter(family, text, format: format)
        case .summary: SummaryWriter(family, text, format: format)
        }
    }
}
