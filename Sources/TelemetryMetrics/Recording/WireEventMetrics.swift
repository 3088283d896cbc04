import Arena
package import Telemetry
import Synchronization

/// A metric of untyped events, as a configuration defines it.
package struct RecordMetric: Sendable {
    /// The metric; its labels are filled from the metadata of the same names.
    package var definition: MetricDefinition
    /// The name of the event.
    package var event: String
    /// The name of the measurement; a counter has none.
    package var measurement: String?
    /// Which events are recorded.
    package var filter: EventFilter<EventRecord>

    /// Makes a metric.
    package init(
        _ definition: MetricDefinition, event: String, measurement: String?,
        filter: EventFilter<EventRecord> = .all
    ) {
        self.definition = definition
        self.event = event
        self.measurement = measurement
        self.filter = filter
    }
}

/// The metrics of untyped events, which can be replaced while events come in.
///
/// Thread-safe. An event is recorded by the metrics before a replacement or by those after it, never by none or both.
package final class WireEventMetrics: Sendable {
    private let store: MetricStore
    private let id: String
    private let state = Mutex(State())

    private struct State {
        var families: [Family] = []
        var recorders: [String: RecorderPlace] = [:]
    }

    /// Where the handler of one event finds what records it.
    private final class RecorderPlace: Sendable {
        let event: Event<EventRecord>
        let recorder = PublishedReference<EventRecorder<EventRecord>>()
        init(event: Event<EventRecord>) { self.event = event }
    }

    /// No metrics yet; handlers will have ids that begin with `id`.
    package init(store: MetricStore, id: String) {
        self.store = store
        self.id = id
    }

    /// The event of that name, nil where no metric is defined for it: senders can't make events.
    package func event(named name: String) -> Event<EventRecord>? {
        guard let place = state.withLock({ $0.recorders[name] }) else { return nil }
        return place.recorder.isEmpty ? nil : place.event
    }

    /// Replaces all metrics; one that stays the same but for its help and limits keeps its series.
    ///
    /// Several metrics of one definition fill the same series. For one caller at a time.
    /// - Throws: everything that is wrong with the new ones; then nothing is changed.
    package func replace(with metrics: [RecordMetric]) throws(DefinitionErrors) {
        let old = state.withLock(\.families)
        let definitions = inKnownLabelOrder(metrics.map(\.definition), old)
        var events: [Event<EventRecord>] = []
        var errors: [DefinitionError] = []
        for metric in metrics {
            do throws(DefinitionErrors) {
                events.append(try place(of: metric).event)
            } catch {
                errors += error.errors
            }
        }
        let families = try store.replace(old, with: definitions, owner: .events, reporting: errors)
        for family in families { family.showSeeds() }
        var groups: [String: [BoundGroup]] = [:]
        for ((metric, event), family) in zip(zip(metrics, events), families) {
            let bound = binding(metric, to: event, family)
            groups[metric.event, default: []].append(BoundGroup(bindings: [bound], families: [family]))
        }
        let places = state.withLock { state in
            state.families = families
            return state.recorders
        }
        for (name, place) in places {
            place.recorder.replace(with: groups[name].map { EventRecorder<EventRecord>($0) })
        }
    }

    /// The definitions, with the labels of one that is known in the order in which that has them.
    private func inKnownLabelOrder(_ definitions: [MetricDefinition], _ old: [Family]) -> [MetricDefinition] {
        let prefix = store.prefix.utf8.count
        var known: [String: [String]] = [:]
        for family in old { known[String(family.name.dropFirst(prefix))] = family.definition.labels }
        return definitions.map { definition in
            var definition = definition
            let labels = known[definition.exposedName] ?? definition.labels
            definition.reorder(labels: labels)
            known[definition.exposedName] = definition.labels
            return definition
        }
    }

    /// The place of the metric's event, whose handler is attached with it and stays.
    private func place(of metric: RecordMetric) throws(DefinitionErrors) -> RecorderPlace {
        if let place = state.withLock({ $0.recorders[metric.event] }) { return place }
        let place = RecorderPlace(event: Event(metric.event))
        do throws(TelemetryError) {
            try HandlerRegistry.shared.attach("\(id)/\(metric.event)", to: place.event) { record in
                place.recorder.use { $0.record(record) }
            }
        } catch {
            throw DefinitionErrors(errors: [
                DefinitionError(metric: metric.definition.name, problem: .inertEvent)
            ])
        }
        state.withLock { $0.recorders[metric.event] = place }
        return place
    }

    private func binding(
        _ metric: RecordMetric, to event: Event<EventRecord>, _ family: Family
    ) -> EventBinding<EventRecord> {
        let labels = family.definition.labels.map { Label<EventRecord>($0) }
        guard let name = metric.measurement else {
            return EventBinding(family.name, event: event, labels: labels, filter: metric.filter)
        }
        return EventBinding(
            family.name, event: event, labels: labels, filter: metric.filter,
            measuring: EventRecord.measurement(name))
    }
}

extension MetricDefinition {
    /// Puts the labels, and the values of the seeds with them, in the order of `labels`, where these are the same labels.
    fileprivate mutating func reorder(labels: [String]) {
        guard labels != self.labels, labels.sorted() == self.labels.sorted() else { return }
        let places = labels.compactMap { self.labels.firstIndex(of: $0) }
        seeds = seeds.map { seed in seed.count == places.count ? places.map { seed[$0] } : seed }
        self.labels = labels
    }
}
