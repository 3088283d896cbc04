import Arena
import TelemetryMetrics

/// Writes metrics as MetricFamily messages, each with its length before it.
///
/// A metric is one message up to `messageSize`, as some readers keep the last message of a name only. With more series it becomes
/// several of the same name, which Prometheus reads as one metric; so no page is ever in memory whole.
struct ProtobufFamilyWriter: FamilyWriter {
    private let constantLabels: [UInt8]
    private let escaping: NameEscaping
    /// Read anew for each series: made for each, its arrays would cost as much as what is read.
    private var native = NativeReading()

    init(constantLabels: [(name: String, value: String)], escaping: NameEscaping) {
        self.escaping = escaping
        var labels = Message()
        for (name, value) in constantLabels {
            labels.append(MetricField.label) { label in
                label.append(LabelField.name, bytes: escaping.labelName(name))
                label.append(LabelField.value, text: value)
            }
        }
        self.constantLabels = labels.bytes
    }

    /// The fields of a metric before its series.
    func prepare(_ family: Family) -> [UInt8] {
        let names = FamilyNames(family, escaping)
        var message = Message()
        message.append(FamilyField.name, text: names.name)
        message.append(FamilyField.help, text: family.definition.help)
        message.append(FamilyField.type, unsigned: typeNumber(family))
        if let unit = family.exposedUnit(names) { message.append(FamilyField.unit, text: unit) }
        return message.bytes
    }

    mutating func write(
        _ head: [UInt8], of family: Family, isBegun: Bool, _ scan: inout SeriesScan,
        into page: inout TextBuffer, until end: Int
    ) -> Bool {
        let start = page.count
        var message = Message(behind: page)
        var hasMore = false
        var isEmpty = true
        // Most pieces take three bytes for their length.
        message.append(delimited: 3) { fields in
            fields.append(fields: head)
            hasMore = scan.resume(in: family) { labels, shown in
                write(family, shown, labels: labels, to: &fields)
                isEmpty = false
                return fields.count < end || fields.count - start < Self.messageSize
            }
        }
        // A metric without series is not shown.
        if isEmpty { message.removeAll(after: start) }
        page = message.finish()
        return hasMore
    }

    /// From so many bytes on a message ends with the piece of the page that it stands in.
    static let messageSize = 256 << 10

    private mutating func write(
        _ family: Family, _ shown: ShownSeries, labels: borrowing RawSpan, to message: inout Message
    ) {
        message.append(FamilyField.metric, room: family.isNative ? 2 : 1) { metric in
            if !family.isInternal { metric.append(fields: constantLabels) }
            metric.append(labels: labels, escaping)
            append(family, shown, to: &metric)
        }
    }

    func finish(_ page: inout TextBuffer) {}

    private func typeNumber(_ family: Family) -> UInt64 {
        switch family.definition.kind {
        case .counter: 0
        case .sum: family.definition.isMonotonic ? 0 : 1
        case .gauge: 1
        case .summary: 2
        case .histogram: 4
        }
    }

    private mutating func append(_ family: Family, _ shown: ShownSeries, to metric: inout Message) {
        switch family.definition.kind {
        case .counter, .sum: Self.appendTotal(family, shown, to: &metric)
        case .gauge: metric.append(gauge: family.value(shown.row))
        case .summary:
            metric.append(
                summary: family.summary(shown), quantiles: family.definition.quantiles,
                created: family.created(shown.row))
        case .histogram where family.isNative:
            family.read(native: shown, into: &native)
            metric.append(
                native: native, classic: family.classic(shown), boundaries: family.boundaries,
                exemplars: family.exemplars(shown), created: family.created(shown.row))
        case .histogram:
            metric.append(
                histogram: family.histogram(shown), boundaries: family.boundaries,
                exemplars: family.exemplars(shown), created: family.created(shown.row))
        }
    }

    private static func appendTotal(_ family: Family, _ shown: ShownSeries, to metric: inout Message) {
        let total = family.total(shown).value
        guard family.definition.isCounter else { return metric.append(gauge: total) }
        metric.append(
            counter: total, exemplar: family.exemplars(shown).first ?? nil,
            created: family.created(shown.row))
    }
}
