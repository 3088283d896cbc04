import Arena
import Bytes
import Telemetry
package import TelemetryMetrics

/// Records the samples of frames into metrics and counts what became of them; one for each receiving thread.
///
/// What the samples of a line share is found once a line: the metric of the name, the text of the labels, the row.
package struct SampleRecorder: ~Copyable, SampleVisitor {
    private let registry: WireRegistry
    private let counters: IngestCounters
    private var labels: LabelText
    /// That of the registry, when its entries and its limit were last read.
    private var generation: UInt64
    /// Labels of one sample, at most; to be asked within `frame`.
    package private(set) var labelsLimit: Int
    /// A copy of the registry's entries, extended when a sample needs one that is not in it; to be used within `frame`.
    private var entries: [RecorderEntry] = []
    /// Why no sample of the line can be counted.
    private var refusal: RejectionCause?
    /// The line's entry, where there is no refusal.
    private var number = 0
    private var areLabelsPrepared = false
    /// The line's series, once a sample needed it; not to be used beyond the frame.
    private var row: Row?

    /// Records into the metrics of `registry` and counts in `counters`.
    package init(_ registry: WireRegistry, counters: IngestCounters) {
        self.registry = registry
        self.counters = counters
        generation = registry.generation
        labelsLimit = registry.labelsLimit
        labels = LabelText(LabelNames(constantLabels: registry.store.constantLabels.map(\.name)))
    }

    /// Runs `body`, which visits the samples of one frame.
    package mutating func frame(_ body: (inout SampleRecorder) -> Void) {
        // Rows that are found must not be recycled while they are written to, nor what the entries lead to.
        ReclamationDomain.shared.read {
            let newest = registry.generation
            if newest != generation {
                generation = newest
                labelsLimit = registry.labelsLimit
                entries = []
            }
            body(&self)
        }
    }

    package mutating func malformed(_ cause: RejectionCause, line: RawSpan) {
        counters.rejected(cause, line)
    }

    package mutating func lineBegan(_ line: borrowing Sample, in frame: RawSpan) {
        row = nil
        areLabelsPrepared = false
        refusal = findEntry(line, in: frame)
    }

    /// Finds the line's entry; returns why its samples can't be recorded.
    private mutating func findEntry(_ line: borrowing Sample, in frame: RawSpan) -> RejectionCause? {
        guard Self.isShort(line) else { return .tooLong }
        repeat {
            guard let number = registry.entryNumber(of: frame.extracting(line.name), kind: line.kind) else {
                return .metricsLimit
            }
            if number >= entries.count || entries[number].isUnknown { readEntry(number) }
            self.number = number
            // Where it is unknown still, the name was forgotten in between.
        } while entries[number].isUnknown
        if case .dropped(let cause) = entries[number] { return cause }
        return Self.areText(line.labels, in: frame) ? nil : .badUTF8
    }

    @inline(never)
    private mutating func readEntry(_ number: Int) {
        if number < entries.count {
            entries[number] = registry.entry(number)
        } else {
            entries += registry.entries(from: entries.count)
        }
    }

    package mutating func sample(_ sample: borrowing Sample, in frame: RawSpan) {
        if let refusal { return reject(refusal, sample, in: frame) }
        guard case .metric(let series) = entries[number] else { return }
        series.use { series in
            if let rejection = record(sample, in: frame, series) {
                reject(rejection, sample, in: frame, series)
            } else {
                counters.counted()
            }
        }
    }

    private mutating func reject(
        _ rejection: Rejection, _ sample: borrowing Sample, in frame: RawSpan, _ series: WireSeries
    ) {
        guard rejection != .storeFull || !series.family.series.isClosed else {
            return recordAnew(sample, in: frame)
        }
        series.family.rejections.add(rejection)
        reject(rejection.cause, sample, in: frame)
    }

    private func reject(_ cause: RejectionCause, _ sample: borrowing Sample, in frame: RawSpan) {
        // The sample knows where its line begins, and not where it ends.
        counters.rejected(cause, frame, from: sample.name.lowerBound)
    }

    /// Records a sample whose metric went meanwhile into the one that follows it.
    @inline(never)
    private mutating func recordAnew(_ sample: borrowing Sample, in frame: RawSpan) {
        registry.awaitSweep()
        lineBegan(sample, in: frame)
        self.sample(sample, in: frame)
    }

    private mutating func record(
        _ sample: borrowing Sample, in frame: RawSpan, _ series: WireSeries
    ) -> Rejection? {
        let family = series.family
        let value = sample.value * series.factor * (sample.kind == .counter ? sample.weight : 1)
        // Parsers hand out finite values only.
        guard value.isFinite else { return .overflow }
        let times = sample.times
        if let rejection = family.check(value, times: times) { return rejection }
        if !areLabelsPrepared { labels.prepare(sample, in: frame, beside: series.labels) }
        areLabelsPrepared = true
        var row = row
        defer { self.row = row }
        return family.update(&row, text: { labels.write(to: &$0, frame: frame, own: series.labels) }) { row in
            switch sample.kind {
            case .set:
                family.note(member: frame.extracting(sample.text), in: row)
                return nil
            case .gauge where sample.isRelative: return family.move(by: value, in: row)
            case .timer, .histogram, .distribution, .counter, .gauge:
                return family.record(value, times: times, in: row)
            }
        }
    }

    /// The longest name, label name or label value.
    private static let longestText = 1024

    /// Whether the texts are short enough to stand on every line of the metric.
    private static func isShort(_ sample: borrowing Sample) -> Bool {
        sample.name.count <= longestText
            && sample.labels.allSatisfy { $0.name.count <= longestText && $0.value.count <= longestText }
    }

    /// Whether all values are UTF-8, as the exposition must be; names are sanitised anyway.
    private static func areText(_ labels: [SampleLabel], in frame: RawSpan) -> Bool {
        labels.allSatisfy { label in
            if label.value.allSatisfy({ frame[byte: $0] < 0x80 }) { return true }
            return frame.isUTF8(in: label.value)
        }
    }
}
