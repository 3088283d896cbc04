/// Reads one Metric of a family in protobuf.
struct MetricReader {
    let family: ExpositionFamily

    /// Appends the samples of the metric.
    func read(
        _ message: MessageReader, at place: Int, _ samples: inout [ExpositionSample]
    ) throws(ExpositionError) {
        var metric = message
        var labels: [ExpositionLabel] = []
        var value: MessageReader.Field?
        var timestamp: Double?
        while let field = try metric.next() {
            switch field.number {
            case MetricField.label: labels.append(try label(try metric.message(field), at: field.place))
            case MetricField.timestamp:
                timestamp = Double(Int64(bitPattern: try metric.number(field))) / 1000
            case valueField: value = field
            case MetricField.gauge, MetricField.counter, MetricField.summary, MetricField.untyped,
                MetricField.histogram:
                throw metric.fault(.valueOfOtherType(family: family.name), at: field.place)
            default: break
            }
        }
        guard let value else { throw metric.fault(.missingValue(family: family.name), at: place) }
        try check(labels, metric, at: place)
        let line = metric.number
        func sample(_ suffix: String, _ number: Double, _ extra: [ExpositionLabel] = []) -> ExpositionSample {
            ExpositionSample(
                name: family.name + suffix, labels: labels + extra, value: number, timestamp: timestamp,
                line: line)
        }
        let reader = try metric.message(value)
        switch family.type {
        case .summary:
            let summary = try SummaryFields(reader)
            samples += summary.quantiles.map { sample("", $0.value, [.number("quantile", $0.bound)]) }
            samples += [sample("_sum", summary.sum), sample("_count", summary.count)]
        case .histogram, .gaugehistogram:
            let histogram = try HistogramFields(reader, of: family)
            samples += histogram.buckets.map { sample("_bucket", $0.count, [.number("le", $0.bound)]) }
            if histogram.buckets.last?.bound != .infinity {
                samples.append(sample("_bucket", histogram.count, [.number("le", .infinity)]))
            }
            samples += [sample("_sum", histogram.sum), sample("_count", histogram.count)]
        default: samples.append(sample("", try double(reader)))
        }
    }

    private var valueField: Int {
        switch family.type {
        case .counter: MetricField.counter
        case .gauge: MetricField.gauge
        case .summary: MetricField.summary
        case .histogram, .gaugehistogram: MetricField.histogram
        default: MetricField.untyped
        }
    }

    /// The value of a Counter, Gauge or Untyped, whose field is the first.
    private func double(_ message: MessageReader) throws(ExpositionError) -> Double {
        var message = message
        var value = 0.0
        while let field = try message.next() {
            if field.number == GaugeField.value { value = try message.double(field) }
        }
        return value
    }

    private func label(_ message: MessageReader, at place: Int) throws(ExpositionError) -> ExpositionLabel {
        var message = message
        var label = ExpositionLabel(name: "", value: "")
        while let field = try message.next() {
            switch field.number {
            case LabelField.name: label.name = try message.text(field)
            case LabelField.value: label.value = try message.text(field)
            default: break
            }
        }
        guard !label.name.isEmpty else {
            throw message.fault(.expected("a label name", found: "an empty one"), at: place)
        }
        guard label.name != "__name__" else { throw message.fault(.reservedLabelName(label.name), at: place) }
        return label
    }

    private func check(
        _ labels: [ExpositionLabel], _ message: MessageReader, at place: Int
    ) throws(ExpositionError) {
        var names: Set<String> = []
        for label in labels where !names.insert(label.name).inserted {
            throw message.fault(.duplicateLabel(Evidence.shown(label.name.utf8)), at: place)
        }
    }
}

extension ExpositionLabel {
    fileprivate static func number(_ name: String, _ value: Double) -> ExpositionLabel {
        var text: [UInt8] = []
        NumberFormat.appendCanonical(value, to: &text)
        return ExpositionLabel(name: name, value: String(decoding: text, as: UTF8.self))
    }
}

/// The fields of a Summary.
private struct SummaryFields {
    var count = 0.0
    var sum = 0.0
    var quantiles: [(bound: Double, value: Double)] = []

    init(_ message: MessageReader) throws(ExpositionError) {
        var message = message
        while let field = try message.next() {
            switch field.number {
            case SummaryField.count: count = Double(try message.number(field))
            case SummaryField.sum: sum = try message.double(field)
            case SummaryField.quantile:
                var quantile = try message.message(field)
                var (bound, value) = (0.0, 0.0)
                while let field = try quantile.next() {
                    switch field.number {
                    case QuantileField.quantile: bound = try quantile.double(field)
                    case QuantileField.value: value = try quantile.double(field)
                    default: break
                    }
                }
                guard (0...1).contains(bound) else {
                    throw message.fault(.invalidLabelValue("\(bound)", label: "quantile"), at: field.place)
                }
                quantiles.append((bound, value))
            default: break
            }
        }
    }
}
