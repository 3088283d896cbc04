import LogTelemetry
import Logging
import Telemetry
import TelemetryMetrics

/// Says in the log what became of the series of the process before.
struct AdoptionLog {
    private let logger = Logger(label: "heliograph.state")

    /// One line of all that went on, and one for what did not; nothing where there was no process before.
    func sayAll(of store: MetricStore) {
        let outcome = store.adoption
        guard outcome != AdoptionOutcome() else { return }
        guard !outcome.isForsaken else {
            return logger.notice("All series begin anew, as was asked for")
        }
        logger.info(
            "Took over the series of the process before",
            metadata: [
                "metrics": "\(outcome.families)", "series": "\(outcome.series)",
                "undefined": "\(outcome.undefined)",
                "milliseconds": "\(Int((outcome.duration.inSeconds * 1000).rounded()))",
            ])
        if outcome.broken + outcome.brokenRecords + outcome.cut > 0 {
            logger.warning(
                "Some of the series of the process before are lost",
                metadata: LogMessage.seriesLost.metadata([
                    "broken_series": "\(outcome.broken)", "broken_records": "\(outcome.brokenRecords)",
                    "without_memory": "\(outcome.cut)",
                ]))
        }
        sayChanges(of: store)
    }

    /// A line for each metric that became another one since the last call.
    func sayChanges(of store: MetricStore) {
        let (names, further) = store.takeChanges()
        for name in names {
            logger.notice(
                "A metric begins anew, as its type, labels, unit or buckets changed",
                metadata: ["metric": "\(name)"])
        }
        if further > 0 {
            logger.notice("Further metrics begin anew, as they changed", metadata: ["count": "\(further)"])
        }
    }
}

extension Exporter {
    /// Ends the takeover: what nobody has defined is shown as it was, and the memory of the process before is let go.
    package func endTakeover() {
        store.inheritRest()
        AdoptionLog().sayAll(of: store)
    }
}
