#if GRDB
public import Exporting
import Telemetry
import TelemetryMetrics

extension Plugin {
    /// Reads and writes of `ObservedDatabase`s: queue and total time; and the time of statements, by their fingerprints.
    ///
    /// Past `statements`, those with a new fingerprint fall into one overflow series.
    public static func grdb(statements: Int = 500) -> Plugin {
        let database = Label("database", \DatabaseEvents.Access.database)
        let kind = Label("kind", \DatabaseEvents.Access.kind)
        let isError = Label<DatabaseEvents.Access>("error") { $0.error != nil }
        let boundaries = Buckets.exponential(start: 0.000_1, factor: 4, count: 9)
        return Plugin(
            "grdb", events: DatabaseEvents.names,
            metrics: MetricSet {
                Histogram(
                    "grdb_queue_duration_seconds", "Time that a read or write waited until it began.",
                    of: DatabaseEvents.access, observing: \.queueTime, buckets: boundaries,
                    labels: database, kind, isError)
                Histogram(
                    "grdb_access_duration_seconds", "Time of a read or write with its waiting.",
                    of: DatabaseEvents.access, observing: \.totalTime, buckets: boundaries,
                    labels: database, kind, isError)
                Histogram(
                    "grdb_statement_duration_seconds", "Time that SQLite took for a statement.",
                    of: DatabaseEvents.statement, observing: \.duration, buckets: boundaries,
                    labels: Label("database", \.database), Label("statement", \.fingerprint)
                ).seriesLimit(statements)
            })
    }
}
#endif
