import Arena
import Linux
import LogTelemetry
import Logging
import TelemetryMetrics

/// How this process ends, in memory that outlives it, so that its successor can tell.
struct EndRecord: Sendable {
    /// Why a process ended, as in the label of `heliograph_restarts_total`.
    enum Cause: String, CaseIterable {
        /// It was told to, and did all that belongs to it.
        case stop
        /// The same, and its successor is another build.
        case upgrade
        /// The service manager ended it, as it gave no sign of life.
        case watchdog
        /// Anything else: a trap, a kill, the end of the machine.
        case crash
    }

    /// What the record's one word says; 0 until the process ends.
    private static let (stopped, aborted): (UInt64, UInt64) = (1, 2)

    private let record: Record

    /// Begins to note it.
    ///
    /// - Throws: `ArenaError` where there is no memory.
    init(in arena: Arena, executable: UInt64 = Executable.identity) throws(ArenaError) {
        let payload = stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: executable >> $0) }
        record = try arena.makeRecord(.end, words: 1, payload: payload)
    }

    /// Has the watchdog note that it was the watchdog, until `ignoreWatchdog`.
    func noteWatchdog() { record.noteAborts(at: 0, as: Self.aborted) }

    /// Ends what `noteWatchdog` began.
    func ignoreWatchdog() { Record.ignoreAborts() }

    /// The process has done all that belongs to its end.
    func noteStop() { record.word(0).publish(Self.stopped) }

    /// Why the process with that memory ended.
    static func cause(of predecessor: ForeignArena, executable: UInt64 = Executable.identity) -> Cause {
        guard let record = predecessor.records(of: .end).found.first else { return .crash }
        switch record.words.first {
        case stopped:
            let identity = record.payload.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            return identity == executable ? .stop : .upgrade
        case aborted: return .watchdog
        default: return .crash
        }
    }

    /// Counts the end of the process before, where there was one.
    static func count(after predecessor: ForeignArena?, in store: MetricStore) throws(DefinitionErrors) {
        let restarts = try store.register(
            MetricDefinition(
                .counter, name: "heliograph_restarts_total",
                help: "Starts that went on with the counts of a process before, by how that one ended.",
                labels: ["cause"]), isInternal: true)
        for cause in Cause.allCases { _ = restarts.handle(labels: [cause.rawValue]) }
        if let predecessor { restarts.add(1, labels: [cause(of: predecessor).rawValue]) }
    }

    /// Logs that the process before crashed or was ended, unless it ended in order.
    static func report(after predecessor: ForeignArena?, to logger: Logger) {
        guard let cause = predecessor.map({ cause(of: $0) }), cause == .crash || cause == .watchdog else {
            return
        }
        logger.warning(
            "The process before did not end in order",
            metadata: LogMessage.processCrashed.metadata(["cause": "\(cause.rawValue)"]))
    }
}
