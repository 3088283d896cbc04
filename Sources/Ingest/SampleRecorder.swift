package import Arena
import Bytes
import Telemetry
package import TelemetryMetrics

/// Records the samples of frames into metrics and counts what became of them; one for each receiving thread.
///
/// What the samples of a line share is found once a line, or once for each kind of samples on it: the metric of the name, the
/// text of the labels, the row.
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
    /// Why no sample of the line can be counted, whatever its kind.
    private var lineRefusal: RejectionCause?
    /// Why no sample of the line and its kind can be counted.
    private var refusal: RejectionCause?
    /// The entry of the line and its kind, where there is no refusal.
    private var number = 0
    /// The series of the line and its kind, once a sample needed it; not to be used beyond the frame.
    private var row: Row?
    private var kind = SampleKind.counter
    /// What is known of the line's other kinds; empty for a line of one kind.
    private var others: [SampleKind: Place] = [:]
    /// The entry that the labels are prepared for, and whether they are right for all that add none of their own.
    private var preparedEntry: Int?
    private var arePlainLabelsPrepared = false
    private var remainders = SampleRemainders()
    /// Where the datagrams come from that are recorded exactly once, over ends of the process too; nil for frames without such a place.
    private let receiver: Receiver?
    private let log: RedoLog?
    /// The slot of the frame in `receiver`, and up to where its samples were applied before.
    private var slot = 0
    private var applied = 0

    /// Where the samples of a line and one kind go.
    private struct Place {
        var refusal: RejectionCause?
        var number: Int
        var row: Row?
    }

    /// Records into the metrics of `registry` and counts in `counters`; what lies in `receiver` is applied exactly once.
    package init(_ registry: WireRegistry, counters: IngestCounters, receiver: Receiver? = nil) {
        self.receiver = receiver
        log = receiver?.log
        self.registry = registry
        self.counters = counters
        generation = registry.generation
        labelsLimit = registry.labelsLimit
        let store = registry.store
        labels = LabelText(
            LabelNames(constantLabels: store.constantLabels.map(\.name), validation: store.names))
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

    /// Begins with the datagram in a slot of the receiver, of which a part may be applied already.
    package mutating func begin(slot: Int) {
        guard let log else { return }
        self.slot = slot
        let mark = log.mark
        applied = Receiver.slot(of: mark) == slot ? Receiver.position(of: mark) : 0
        if applied == 0 { log.mark(Receiver.step(slot: slot, position: 0)) }
    }

    /// Says that nothing is left in the slots.
    package mutating func roundEnded() {
        applied = 0
        receiver?.roundEnded()
    }

    package mutating func malformed(_ cause: RejectionCause, line: RawSpan) {
        counters.rejected(cause, line)
    }

    package mutating func lineBegan(_ line: borrowing Sample, in frame: RawSpan) {
        row = nil
        kind = line.kind
        if !others.isEmpty { others.removeAll(keepingCapacity: true) }
        preparedEntry = nil
        arePlainLabelsPrepared = false
        lineRefusal = Self.refusal(of: line, in: frame)
        refusal = lineRefusal ?? findEntry(line, in: frame)
    }

    package mutating func lineContinued(_ line: borrowing Sample, in frame: RawSpan) {
        guard line.kind != kind else { return }
        others[kind] = Place(refusal: refusal, number: number, row: row)
        kind = line.kind
        if let place = others[kind] {
            (refusal, number, row) = (place.refusal, place.number, place.row)
        } else {
            row = nil
            refusal = lineRefusal ?? findEntry(line, in: frame)
        }
    }

    package mutating func tagsDropped(_ tags: DroppedTags) {
        if refusal == nil { counters.dropped(tags) }
    }

    /// Finds the line's entry; returns why its samples can't be recorded.
    private mutating func findEntry(_ line: borrowing Sample, in frame: RawSpan) -> RejectionCause? {
        repeat {
            let number: Int
            do throws(RejectionCause) {
                number = try registry.entryNumber(of: frame.extracting(line.name), kind: line.kind)
            } catch {
                return error
            }
            if number >= entries.count || entries[number].isUnknown { readEntry(number) }
            self.number = number
            // Where it is unknown still, the name was forgotten in between.
        } while entries[number].isUnknown
        if case .dropped(let cause) = entries[number] { return cause }
        return nil
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
        // Values of a frame end one behind the other, whatever the protocol.
        if applied > 0, sample.text.upperBound <= applied { return }
        if let refusal { return reject(refusal, sample, in: frame) }
        guard case .metric(let series) = entries[number] else { return }
        let step = Receiver.step(slot: slot, position: sample.text.upperBound)
        series.use { series in
            if let rejection = record(sample, in: frame, series, step) {
                reject(rejection, sample, in: frame, series)
            } else {
                log?.mark(step)
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
        _ sample: borrowing Sample, in frame: RawSpan, _ series: WireSeries, _ step: UInt64
    ) -> Rejection? {
        let family = series.family
        let value = sample.value * series.factor * (sample.kind == .counter ? sample.weight : 1)
        // Parsers hand out finite values only.
        guard value.isFinite else { return .overflow }
        let times = sample.times
        if let rejection = family.check(value, times: times) { return rejection }
        var row = row
        defer { self.row = row }
        return family.update(&row) { writer in
            prepareLabels(sample, in: frame, series)
            labels.write(to: &writer, frame: frame, own: series.labels)
        } _: { row in
            switch sample.kind {
            case .set:
                return family.note(member: frame.extracting(sample.text), in: row)
            case .gauge where sample.isRelative:
                guard let log else { return family.move(by: value, in: row) }
                return family.move(by: value, in: row, as: step, by: log)
            case .timer, .histogram, .distribution, .counter, .gauge:
                let isExact = times == 1 || sample.isWhole
                let times = isExact ? times : remainders.times(sample.weight, of: row)
                guard let log else { return family.recordBesideLogs(value, times: times, in: row) }
                return family.record(value, times: times, in: row, as: step, by: log)
            }
        }
    }

    /// Prepares the labels once for all samples of the line that have the same ones.
    private mutating func prepareLabels(
        _ sample: borrowing Sample, in frame: RawSpan, _ series: WireSeries
    ) {
        let isPlain = series.labels.isEmpty
        guard preparedEntry != number, !isPlain || !arePlainLabelsPrepared else { return }
        labels.prepare(sample, in: frame, beside: series.labels)
        preparedEntry = number
        arePlainLabelsPrepared = isPlain
    }

    /// The longest name, label name or label value.
    private static let longestText = 1024

    /// Whether the texts are short enough to stand on every line of the metric.
    private static func isShort(_ sample: borrowing Sample) -> Bool {
        sample.name.count <= longestText
            && sample.labels.allSatisfy { $0.name.count <= longestText && $0.value.count <= longestText }
    }

    /// Why the line's texts can't stand on a page.
    private static func refusal(of line: borrowing Sample, in frame: RawSpan) -> RejectionCause? {
        guard isShort(line) else { return .tooLong }
        return areText(line, in: frame) ? nil : .badUTF8
    }

    /// Whether the name, and the names and values of all labels, are UTF-8.
    ///
    /// The exposition needs that of values. Names are sanitised, but two that differ in broken bytes only would become one.
    private static func areText(_ line: borrowing Sample, in frame: RawSpan) -> Bool {
        var texts = line.name
        if let first = line.labels.first, let last = line.labels.last {
            let (start, end) = (texts.lowerBound, texts.upperBound)
            texts = min(start, first.name.lowerBound)..<max(end, last.value.upperBound)
        }
        // All in one, since hardly any line has other bytes.
        if frame.isASCII(in: texts) { return true }
        return frame.isUTF8(in: line.name)
            && line.labels.allSatisfy { frame.isUTF8(in: $0.name) && frame.isUTF8(in: $0.value) }
    }
}
