import Arena
import Linux
package import Listeners
import Telemetry
package import TelemetryMetrics

/// Counts the lines of datagrams into metrics; one for each receiving thread.
package struct StatsDIngest: ~Copyable, FrameConsumer {
    /// Told of what was received and lost after each round.
    package typealias Report = @Sendable (ListenerStatistics) -> Void

    private var parser = StatsDParser()
    private var recorder: StatsDRecorder
    private let place: StatsDRegistryPlace
    private let report: Report

    /// Records into the metrics of the registry at `place` and counts the lines in `counters`.
    package init(
        place: StatsDRegistryPlace, store: MetricStore, counters: IngestCounters,
        report: @escaping Report = { _ in }
    ) {
        self.place = place
        recorder = StatsDRecorder(registry: place.current, store: store, counters: counters)
        self.report = report
    }

    /// Counts all lines of `datagram`.
    package mutating func receive(_ datagram: RawSpan) {
        let registry = place.current
        recorder.use(registry)
        parser.tagsLimit = registry.tagsLimit
        // Rows that are found must not be recycled while they are written to.
        ReclamationDomain.shared.read { parser.parse(datagram, visitor: &recorder) }
    }

    /// Passes on what the listener counted.
    package mutating func roundEnded(_ statistics: ListenerStatistics) {
        report(statistics)
    }
}

/// Records samples; what the values of a line share is decided and found once a line.
private struct StatsDRecorder: ~Copyable, StatsDVisitor {
    private var registry: StatsDRegistry
    private let counters: IngestCounters
    private var tags: TagText
    /// A copy of the registry's entries, as long as all are in it that were asked for.
    private var entries: [StatsDRegistry.Entry] = []
    /// Why no value of the line can be counted.
    private var refusal: String?
    /// The line's entry, where there is no refusal.
    private var number = 0
    private var areTagsPrepared = false
    /// The line's series, once a value needed it; not to be used beyond the datagram.
    private var row: Row?

    init(registry: StatsDRegistry, store: MetricStore, counters: IngestCounters) {
        self.registry = registry
        self.counters = counters
        tags = TagText(LabelNames(constantLabels: store.constantLabels.map(\.name)))
    }

    mutating func use(_ other: StatsDRegistry) {
        guard other !== registry else { return }
        registry = other
        entries = []
    }

    mutating func malformed(_ cause: StatsDCause, line: RawSpan) {
        counters.rejected(cause.rawValue)
    }

    mutating func lineBegan(_ line: borrowing StatsDSample, in datagram: RawSpan) {
        row = nil
        areTagsPrepared = false
        refusal = findEntry(line, in: datagram)
    }

    /// Finds the line's entry; answers why there is none that could take its values.
    private mutating func findEntry(_ line: borrowing StatsDSample, in datagram: RawSpan) -> String? {
        guard Self.isShort(line) else { return "too_long" }
        guard let number = registry.entryNumber(of: datagram.extracting(line.name), type: line.type) else {
            return "metrics_limit"
        }
        if number >= entries.count { entries += registry.entries(from: entries.count) }
        self.number = number
        if case .dropped(let cause) = entries[number] { return cause }
        return Self.isText(datagram, line.tags) ? nil : "bad_utf8"
    }

    mutating func sample(_ sample: borrowing StatsDSample, in datagram: RawSpan) {
        if let refusal { return counters.rejected(refusal) }
        guard case .metric(let family, let metric) = entries[number] else { return }
        let value = sample.value * metric.factor / (sample.type == .counter ? sample.sampleRate : 1)
        // The parser takes finite values only.
        guard value.isFinite else { return reject(.overflow, family) }
        if let rejection = family.check(value, times: Self.times(sample)) { return reject(rejection, family) }
        while true {
            guard let row = series(sample, in: datagram, family, metric) else {
                return reject(.storeFull, family)
            }
            let rejection = update(row, family, value, sample, datagram)
            // What a row that ended refused may be taken by the one that follows it.
            guard row.touch() else {
                self.row = nil
                continue
            }
            if let rejection { return reject(rejection, family) }
            return counters.counted()
        }
    }

    /// How many observations the sample stands for; a fraction of one can't be in a bucket.
    ///
    /// The parser lets no rate through that is below a millionth.
    private static func times(_ sample: borrowing StatsDSample) -> UInt64 {
        switch sample.type {
        case .timer, .histogram, .distribution: UInt64((1 / sample.sampleRate).rounded())
        case .counter, .gauge, .set: 1
        }
    }

    /// The line's series, made where there is none, or the overflow series; nil where there is no memory.
    private mutating func series(
        _ line: borrowing StatsDSample, in datagram: RawSpan, _ family: Family, _ metric: StatsDMetric
    ) -> Row? {
        if let row {
            family.series.noteIfOverflow(row)
            return row
        }
        if !areTagsPrepared { tags.prepare(line, in: datagram, for: metric) }
        areTagsPrepared = true
        row = LabelWriter.withText(
            { tags.write(to: &$0, datagram: datagram, metric: metric) }, { family.series.row(for: $0) })
        return row
    }

    private func update(
        _ row: Row, _ family: Family, _ value: Double, _ sample: borrowing StatsDSample, _ datagram: RawSpan
    ) -> Rejection? {
        switch sample.type {
        case .set:
            family.note(member: datagram.extracting(sample.text), in: row)
            return nil
        case .gauge where sample.isRelative:
            return family.move(by: value, in: row)
        case .timer, .histogram, .distribution, .counter, .gauge:
            return family.record(value, times: Self.times(sample), in: row)
        }
    }

    private func reject(_ rejection: Rejection, _ family: Family) {
        family.rejections.add(rejection)
        counters.rejected(rejection.cause)
    }

    /// The longest name, tag name or tag value.
    private static let longestText = 1024

    /// Whether a page could bear these texts on every line of the metric.
    private static func isShort(_ sample: borrowing StatsDSample) -> Bool {
        sample.name.count <= longestText
            && sample.tags.allSatisfy { $0.name.count <= longestText && $0.value.count <= longestText }
    }

    /// Whether all values are UTF-8, as the exposition must be; names are sanitised anyway.
    private static func isText(_ datagram: RawSpan, _ tags: [StatsDTag]) -> Bool {
        tags.allSatisfy { tag in
            if tag.value.allSatisfy({ datagram[byte: $0] < 0x80 }) { return true }
            return datagram.isUTF8(in: tag.value)
        }
    }
}
