import Arena
import Synchronization
import Telemetry
import TelemetryMetrics

/// One label's metric, whose series come and go with the handlers on them.
///
/// Thread-safe; the lock is held while a series gets or loses a handler, never while one records.
final class BridgedMetric: Sendable {
    /// As the code has it.
    let label: String
    let family: Family
    /// Which names its labels can't have.
    let labels: LabelNames
    /// Where the series are found; hashes are those of this table.
    let table: Table
    private let isReusable: Bool
    private let notices: RejectionNotices
    private let noticed = Atomic<UInt64>(0)
    private let holding = Mutex<Void>(())
    /// One bit for each shard of the label table that may cache handlers of this metric.
    private let shards = Atomic<UInt64>(0)

    /// Idle handlers are cached for the next user where series don't expire.
    init(
        _ family: Family, label: String, constantLabels: [String], names: NameValidation,
        notices: RejectionNotices
    ) {
        self.family = family
        self.label = label
        self.notices = notices
        table = family.series.table
        isReusable = family.definition.expiry == nil
        labels = LabelNames(
            constantLabels: constantLabels, kind: family.definition.kind, validation: names)
    }

    /// The use of the series of the label text, made where there is none.
    ///
    /// - Throws: `storeFull` where there is no memory for it.
    func use(_ text: borrowing RawSpan) throws(RejectionCause) -> SeriesUse {
        let key = SeriesKey(text, hash: table.hash(of: text))
        let (series, isNew) = holding.withLock { _ -> (SeriesHandle?, Bool) in
            let series = family.hold(text)
            return (series, hasValue(text))
        }
        guard let series else { throw .storeFull }
        return SeriesUse(of: series, metric: self, key: key, isReusable: isReusable && isNew)
    }

    /// Whether there is a series of that text, not the overflow series in its place, and with a value.
    private func hasValue(_ text: borrowing RawSpan) -> Bool {
        ReclamationDomain.shared.read {
            table.find(text).map { $0.present.bits & UInt64(UInt32.max) != 0 } ?? false
        }
    }

    /// Ends the series where nobody else uses it.
    func end(_ series: SeriesHandle) {
        holding.withLock { _ in series.end() }
    }

    /// Gives back the series, ended or not.
    func release(_ series: SeriesHandle, wasEnded: Bool) {
        holding.withLock { _ in series.release(wasEnded: wasEnded) }
    }

    /// Says that a shard caches handlers.
    func caches(inShard shard: Int) {
        _ = shards.bitwiseOr(1 << UInt64(shard), ordering: .relaxed)
    }

    /// Whether the shard may cache handlers.
    func mayCache(inShard shard: Int) -> Bool {
        shards.load(ordering: .relaxed) & 1 << UInt64(shard) != 0
    }

    /// Counts a rejected value, and emits the event for the first one of each cause.
    func reject(_ rejection: Rejection) {
        family.rejections.add(rejection)
        let bit: UInt64 = 1 << UInt64(rejection.rawValue)
        guard noticed.bitwiseOr(bit, ordering: .relaxed).oldValue & bit == 0 else { return }
        notices.tell(label, rejection.cause.rawValue)
    }
}
