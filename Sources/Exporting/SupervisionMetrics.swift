import Supervision
import Telemetry
import TelemetryMetrics

/// What supervisors of the process say of their children, as metrics.
enum SupervisionMetrics {
    private static let restarts = "heliograph_supervisor_restarts_total"
    private static let failures = "heliograph_supervisor_failures_total"
    /// What ends most processes is shown as zero before, for as long as a Prometheus may take between two scrapes.
    private static let firstShown = Duration.seconds(60)

    /// The metrics of all supervisors, by their names.
    static var all: MetricSet {
        let supervisor = Label("supervisor", \SupervisionEvents.Child.supervisor)
        let child = Label("child", \SupervisionEvents.Child.child)
        let up = ChildrenUp()
        return MetricSet {
            Counter(
                "heliograph_supervisor_starts_total",
                "Starts of supervised children, the first ones included.",
                of: SupervisionEvents.childStarted, labels: supervisor, child)
            Counter(
                failures, "Supervised children that threw, or failed to start.",
                of: SupervisionEvents.childEnded, filter: .keep { $0.end?.isFailure == true },
                labels: supervisor, child)
            Counter(
                restarts, "Restarts of supervised children.", of: SupervisionEvents.childRestarting,
                labels: supervisor, child)
            Counter(
                "heliograph_supervisor_stuck_total",
                "Supervised children that did not end in time when they were told to, and were abandoned.",
                of: SupervisionEvents.childStuck, labels: supervisor, child
            )
            .seeded(labels: [["", ""]]).initialZero(for: firstShown)
            Counter(
                "heliograph_supervisor_failed_total", "Supervisors that gave up, and failed themselves.",
                of: SupervisionEvents.supervisorFailed, labels: Label("supervisor", \.supervisor)
            )
            .seeded([""]).initialZero(for: firstShown)
            Gauge(
                "heliograph_supervisor_child_start_timestamp_seconds",
                "When a supervised child came up last, in seconds since the Unix epoch; 0 while none of that id is up.",
                of: SupervisionEvents.childStarted,
                observing: { child in
                    up.started(child)
                    return SystemTime.now
                }, labels: supervisor, child
            )
            .also(
                of: SupervisionEvents.childEnded, observing: { _ in Duration.zero },
                filter: .keep { up.isNoneLeft(after: $0) }, labels: supervisor, child
            )
            .also(
                of: SupervisionEvents.childStuck, observing: { _ in Duration.zero },
                filter: .keep { up.isNoneLeft(after: $0) }, labels: supervisor, child
            )
            Gauge(
                "heliograph_supervisor_last_failure_timestamp_seconds",
                "When a supervised child threw last, in seconds since the Unix epoch.",
                of: SupervisionEvents.childEnded, observing: { _ in SystemTime.now },
                filter: .keep { $0.end?.isFailure == true }, labels: supervisor, child)
        }
    }

    /// Registers them in `store` as its own; restarts and failures of a child stand at zero once it starts.
    ///
    /// - Returns: the ids of the handlers, all of which begin with `id`.
    /// - Throws: `DefinitionErrors` or `TelemetryError`, where a name is taken; then nothing is attached.
    static func register(in store: MetricStore, id: String) throws -> [String] {
        let handlers = try all.register(in: store, id: id, isInternal: true)
        let seeded = store.families.filter { [restarts, failures].contains($0.name) }
        let seeding = "\(id).seeding"
        do throws(TelemetryError) {
            try HandlerRegistry.shared.attach(seeding, to: SupervisionEvents.childStarted) { child in
                for family in seeded { family.add(0, labels: [child.supervisor, child.child]) }
            }
        } catch {
            handlers.forEach { try? HandlerRegistry.shared.detach($0) }
            throw error
        }
        return handlers + [seeding]
    }
}

extension ChildEnd {
    fileprivate var isFailure: Bool {
        if case .failed = self { return true }
        return false
    }
}
