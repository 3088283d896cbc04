import Arena
import Telemetry
import TelemetryMetrics

/// How writing the state goes, and what of it was set aside.
struct StateFileMetrics: Sendable {
    private let lastWrite: SeriesHandle?
    private let failures: SeriesHandle?
    private let setAside: Family

    /// Registers them in `store`.
    init(_ store: MetricStore) throws(DefinitionErrors) {
        lastWrite = try store.register(
            MetricDefinition(
                .gauge, name: "heliograph_state_last_write_timestamp_seconds",
                help: "When the state directory last got all series, since the Unix epoch; 0 for never."),
            isInternal: true
        ).handle(labels: [])
        failures = try store.register(
            MetricDefinition(
                .counter, name: "heliograph_state_write_failures_total",
                help: "Attempts to write all series into the state directory that failed."), isInternal: true
        ).handle(labels: [])
        // Of this process, so that a state that was set aside shows as such, however often that happened before.
        var definition = MetricDefinition(
            .counter, name: "heliograph_state_set_aside_total",
            help: "States that this process could not go on with, by cause.", labels: ["cause"])
        definition.persistence = .none
        setAside = try store.register(definition, isInternal: true)
        for cause in SetAsideCause.allCases { setAside.add(0, labels: [cause.rawValue]) }
    }

    func written() { lastWrite?.record(SystemTime.now.inSeconds.rounded()) }

    /// Says when a process before has written all series.
    func written(at stamp: ImageStamp) { lastWrite?.record((Double(stamp.wall) / 1000).rounded()) }

    func failed() { failures?.record(1) }

    func set(aside cause: SetAsideCause) { setAside.add(1, labels: [cause.rawValue]) }
}
