import Arena
import TelemetryMetrics

/// Writes metrics as MetricFamily messages, each with its length before it.
///
/// The length stands first, so a message is put together before it is written. A metric with many series becomes several messages of
/// the same name, which Prometheus reads as one metric; so no page is ever in memory whole.
struct ProtobufFamilyWriter: FamilyWriter {
    private let constantLabels: [UInt8]
    private let escaping: NameEscaping
    private var message = Message()

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
        _ head: [UInt8], isBegun: Bool, _ scan: inout SeriesScan, into page: inout TextBuffer, until end: Int
    ) -> Bool {
        let family = scan.family
        if !isBegun { begin(head) }
        return scan.resume { labels, shown in
            write(family, shown, labels: labels)
            if message.bytes.count >= Self.messageSize {
                self.end(head, &page)
                begin(head)
            }
            return page.count < end
        }
    }

    private mutating func begin(_ head: [UInt8]) {
        message.removeAll()
        message.append(fields: head)
    }

    private mutating func write(_ family: Family, _ shown: ShownSeries, labels: borrowing RawSpan) {
        message.append(FamilyField.metric) { metric in
            if !family.isInternal { metric.append(fields: constantLabels) }
            metric.append(labels: labels, escaping)
            Self.append(family, shown, to: &metric)
        }
    }

    func end(_ head: [UInt8], _ page: inout TextBuffer) {
        if message.bytes.count > head.count { page.append(delimited: message) }
    }

    func finish(_ page: inout TextBuffer) {}

    /// From so many bytes on a message is full.
    static let messageSize = 256 << 10

    private func typeNumber(_ family: Family) -> UInt64 {
        switch family.definition.kind {
        case .counter: 0
        case .sum: family.definition.isMonotonic ? 0 : 1
        case .gauge: 1
        case .summary: 2
        case .histogram: 4
        }
    }

    private static func append(_ family: Family, _ shown: ShownSeries, to metric: inout Message) {
        switch family.definition.kind {
        case .counter, .sum: appendTotal(family, shown, to: &metric)
        case .gauge: metric.append(gauge: family.value(shown.row))
        case .summary:
            metric.append(
                summary: family.summary(shown), quantiles: family.definition.quantiles,
                created: family.created(shown.row))
        case .histogram where family.isNative:
            metric.append(
                native: family.native(shown), classic: family.classic(shown), boundaries: family.boundaries,
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

extension TextBuffer {
    fileprivate mutating func append(delimited message: Message) {
        var length = Message()
        length.append(varint: UInt64(message.bytes.count))
        append(length.bytes)
        append(message.bytes)
    }
}
