import Synchronization
import TelemetryMetrics

/// What pages of a store have in common from one to the next: the text of metrics before and around their numbers.
///
/// It is kept for the first 512 metrics and for the two kinds of pages that were asked for last, so that nobody makes it grow.
/// Thread-safe.
package final class PreparedPages: Sendable {
    /// What decides about the text of a metric.
    struct Kind: Sendable, Hashable {
        let page: PageFormat
        let showsCreated: Bool
    }

    private struct Entry: Sendable {
        let kind: Kind
        /// The list of metrics that it is of.
        let number: UInt64
        let metrics: any Sendable
    }

    private let entries = Mutex<[Entry]>([])
    private static let mostKinds = 2
    private static let mostMetrics = 512

    /// Nothing yet.
    package init() {}

    /// What `writer` prepares of the first of `families`, which are the list of that number.
    func prepared<Writer: FamilyWriter>(
        _ families: [Family], number: UInt64, for kind: Kind, by writer: Writer
    ) -> [Writer.Prepared] {
        let known = entries.withLock { entries in entries.first { $0.kind == kind && $0.number == number } }
        if let metrics = known?.metrics as? [Writer.Prepared] { return metrics }
        let metrics = families.prefix(Self.mostMetrics).map(writer.prepare)
        entries.withLock { entries in
            entries.removeAll { $0.kind == kind }
            if entries.count == Self.mostKinds { entries.removeFirst() }
            entries.append(Entry(kind: kind, number: number, metrics: metrics))
        }
        return metrics
    }
}
