import Bytes
package import Arena
import Synchronization
import Telemetry
package import TelemetryMetrics

/// The metrics of events that come over wires, which can be replaced while events come in.
///
/// Thread-safe; recording takes no lock and makes no strings. An event that races with a replacement is recorded by the old
/// metrics or by the new ones, never by none or both.
package final class EventMetrics: Sendable {
    private let store: MetricStore
    private let table = PublishedReference<EventTable>()
    private let families = Mutex<[Family]>([])

    /// No metrics yet.
    package init(store: MetricStore) { self.store = store }

    /// Records one event within the trace of its `traceparent`; returns why no metric counted it, nil where one did.
    package func record(_ event: borrowing WireEvent) -> RejectionCause? {
        guard let trace = trace(of: event) else { return recordPlainly(event) }
        return TraceContext.withCurrent(trace) { recordPlainly(event) }
    }

    /// The same, with `log` as the way of writing; its steps are the groups of metrics, of which the first `applied` have the event
    /// already.
    package func record(
        _ event: borrowing WireEvent, by log: RedoLog, after applied: Int
    ) -> RejectionCause? {
        guard let trace = trace(of: event) else { return recordPlainly(event, log, applied) }
        return TraceContext.withCurrent(trace) { recordPlainly(event, log, applied) }
    }

    private func recordPlainly(
        _ event: borrowing WireEvent, _ log: RedoLog, _ applied: Int
    ) -> RejectionCause? {
        var cause: RejectionCause? = .unknownEvent
        ReclamationDomain.shared.read {
            table.use { cause = $0.record(event, by: log, after: applied) }
        }
        return cause
    }

    private func trace(of event: borrowing WireEvent) -> TraceContext? {
        event.metadata(named: Self.traceparent).flatMap { try? TraceContext(traceparent: event.string($0)) }
    }

    private static let traceparent = Array("traceparent".utf8)

    private func recordPlainly(_ event: borrowing WireEvent) -> RejectionCause? {
        var cause: RejectionCause? = .unknownEvent
        ReclamationDomain.shared.read {
            table.use { cause = $0.record(event) }
        }
        return cause
    }

    /// Replaces all metrics; one in which only help or limits change keeps its series.
    ///
    /// Metrics of one event with the same labels, limit and expiry share their rows. Metrics with equal definitions fill the same
    /// series. For one caller at a time.
    /// - Throws: everything that is wrong with the new ones; then nothing is changed.
    package func replace(with metrics: [EventMetric]) throws(DefinitionErrors) {
        let old = families.withLock(\.self)
        let ordered = inKnownLabelOrder(metrics, old)
        let groups = store.grouped(ordered, by: { [$0.event] + $0.definition.labels }, \.definition)
        let errors = ordered.filter { (try? EventName($0.event)) == nil }.map {
            DefinitionError(metric: $0.definition.name, problem: .inertEvent)
        }
        let families = try store.replace(
            old, with: groups.map { $0.map(\.definition) }, owner: .events, reporting: errors)
        for family in families.joined() { family.showSeeds() }
        self.families.withLock { $0 = Array(families.joined()) }
        table.replace(with: EventTable(groups, families, store))
    }

    /// The metrics with their labels in an order that lets them share rows.
    ///
    /// A known metric keeps its order. Another one takes that of the first metric of its event with the same labels.
    private func inKnownLabelOrder(_ metrics: [EventMetric], _ old: [Family]) -> [EventMetric] {
        let prefix = store.prefix.utf8.count
        var known: [String: [String]] = [:]
        for family in old { known[String(family.name.dropFirst(prefix))] = family.definition.labels }
        var first: [[String]: [String]] = [:]
        return metrics.map { metric in
            var metric = metric
            let key = [metric.event] + metric.definition.labels.sorted()
            if let labels = known[metric.definition.exposedName] ?? first[key] {
                metric.definition.reorder(labels: labels)
            }
            known[metric.definition.exposedName] = metric.definition.labels
            if first[key] == nil { first[key] = metric.definition.labels }
            return metric
        }
    }
}

/// Which groups of metrics record which events; immutable.
private final class EventTable: Sendable {
    /// Maps an event's name to its number in `events` plus one.
    private let names: Table
    private let events: [[EventGroup]]

    init(_ groups: [[EventMetric]], _ families: [[Family]], _ store: MetricStore) {
        let names = Table(arena: store.arena, cellCount: 1) { ReclamationDomain.shared.retire($0) }
        var byEvent: [String: [(metric: EventMetric, family: Family)]] = [:]
        for (metrics, families) in zip(groups, families) {
            for pair in zip(metrics, families) { byEvent[pair.0.event, default: []].append(pair) }
        }
        var events: [[EventGroup]] = []
        for (name, metrics) in byEvent {
            let bytes = Array(name.utf8)
            let isKept = bytes.withBytes(in: bytes.indices) {
                (try? names.insert(
                    $0, now: 0, initial: UInt64(events.count + 1), isPrivileged: true)) != nil
            }
            guard isKept else { continue }
            events.append(Self.byTable(metrics).map { EventGroup($0) })
        }
        self.names = names
        self.events = events
    }

    /// Groups by the table that each metric has: one that a replacement kept still has its old one.
    private static func byTable(
        _ metrics: [(metric: EventMetric, family: Family)]
    ) -> [[(metric: EventMetric, family: Family)]] {
        var groups: [[(metric: EventMetric, family: Family)]] = []
        for pair in metrics {
            // A metric that one event fills twice goes into two groups, since a row records each of its metrics once.
            let place = groups.firstIndex { group in
                group[0].family.series === pair.family.series
                    && !group.contains { $0.family.name == pair.family.name }
            }
            if let place { groups[place].append(pair) } else { groups.append([pair]) }
        }
        return groups
    }

    func record(_ event: borrowing WireEvent) -> RejectionCause? {
        guard let groups = groups(of: event) else { return .unknownEvent }
        var isCounted = false
        var rejection: Rejection?
        for group in groups {
            let outcome = group.record(event)
            isCounted = isCounted || outcome.counted != 0
            rejection = rejection ?? outcome.rejection
        }
        return isCounted ? nil : rejection?.cause ?? .filtered
    }

    func record(_ event: borrowing WireEvent, by log: RedoLog, after applied: Int) -> RejectionCause? {
        guard let groups = groups(of: event) else { return .unknownEvent }
        var isCounted = applied > 0
        var rejection: Rejection?
        for (index, group) in groups.enumerated().dropFirst(applied) {
            let outcome = group.record(event, as: UInt64(index + 1), by: log)
            isCounted = isCounted || outcome.counted != 0
            rejection = rejection ?? outcome.rejection
        }
        return isCounted ? nil : rejection?.cause ?? .filtered
    }

    private func groups(of event: borrowing WireEvent) -> [EventGroup]? {
        event.text.withBytes(in: event.name) { names.find($0).map { events[Int($0.cell(0).bits) - 1] } }
    }
}

extension MetricDefinition {
    /// Puts the labels, and with them the seeds' values, in the order of `labels`, if these are the same labels.
    fileprivate mutating func reorder(labels: [String]) {
        guard labels != self.labels, labels.sorted() == self.labels.sorted() else { return }
        let places = labels.compactMap { self.labels.firstIndex(of: $0) }
        seeds = seeds.map { seed in seed.count == places.count ? places.map { seed[$0] } : seed }
        self.labels = labels
    }
}
