import Arena
package import Linux
import Telemetry
package import TelemetryMetrics

/// Counts the lines of datagrams into metrics; one for each receiving thread.
package struct StatsDIngest: ~Copyable, DatagramConsumer {
    /// Told of what was received and lost after each batch.
    package typealias Report = @Sendable (ReceiveBatch.Received) -> Void

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
        recorder.use(place.current)
        // Rows that are found must not be recycled while they are written to.
        ReadDomain.shared.read { parser.parse(datagram, visitor: &recorder) }
    }

    /// Passes on what the kernel says of the batch.
    package mutating func batchEnded(_ batch: ReceiveBatch.Received) {
        report(batch)
    }
}

/// Records samples.
private struct StatsDRecorder: ~Copyable, StatsDVisitor {
    private var registry: StatsDRegistry
    private let counters: IngestCounters
    private var tags: TagText
    /// A copy of the registry's entries, as long as all are in it that were asked for.
    private var entries: [StatsDRegistry.Entry] = []

    init(registry: StatsDRegistry, store: MetricStore, counters: IngestCounters) {
        self.registry = registry
        self.counters = counters
        tags = TagText(constantNames: store.constantLabels.map(\.name))
    }

    mutating func use(_ other: StatsDRegistry) {
        guard other !== registry else { return }
        registry = other
        entries = []
    }

    mutating func malformed(_ cause: StatsDCause, line: RawSpan) {
        counters.rejected(cause.rawValue)
    }

    mutating func sample(_ sample: borrowing StatsDSample, in datagram: RawSpan) {
        guard Self.isShort(sample) else { return counters.rejected("too_long") }
        let name = datagram.extracting(sample.name)
        guard let number = registry.entryNumber(of: name, type: sample.type) else {
            return counters.rejected("metrics_limit")
        }
        if number >= entries.count { entries += registry.entries(from: entries.count) }
        switch entries[number] {
        case .dropped(let cause): counters.rejected(cause)
        case .metric(let family, let metric): record(sample, in: datagram, family: family, metric: metric)
        }
    }

    private mutating func record(
        _ sample: borrowing StatsDSample, in datagram: RawSpan, family: Family, metric: StatsDMetric
    ) {
        guard Self.isText(datagram, sample.tags) else { return counters.rejected("bad_utf8") }
        let value = sample.value * metric.factor / (sample.type == .counter ? sample.sampleRate : 1)
        // The parser takes finite values only.
        guard value.isFinite else { return reject(.overflow, family) }
        if let rejection = family.check(value, times: Self.times(sample)) { return reject(rejection, family) }
        tags.prepare(sample, in: datagram, for: metric)
        while true {
            let row: Row? = LabelWriter.withText(
                { tags.write(to: &$0, datagram: datagram, metric: metric) },
                { family.series.row(for: $0) })
            guard let row else { return reject(.storeFull, family) }
            let rejection = update(row, family, value, sample, datagram)
            // What a row that ended refused may be taken by the one that follows it.
            guard row.touch() else { continue }
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
