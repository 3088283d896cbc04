/// Whose code is measured.
enum Implementation: String {
    case heliograph
    /// The least that it takes: a bare relaxed atomic add, a bare task.
    case floor
    /// swift-metrics with its own handler that does nothing.
    case swiftMetricsNoop = "swift_metrics_noop"
    /// libsystemd's `sd_journal_send`.
    case sdJournal = "sd_journal"
    /// swift-log with its own handler for standard error, which is /dev/null.
    case swiftLogStream = "swift_log_stream"
    /// swift-log with a handler that does nothing.
    case swiftLogNoop = "swift_log_noop"
}

/// What a bench reports, by its key in the JSON object.
enum Unit: String {
    case nanoseconds = "ns"
    case bytes
}

/// One row of the results: a name with its suffix, and how to measure it.
struct Bench {
    let name: String
    let implementation: Implementation
    let unit: Unit
    private let method: Method

    private enum Method {
        case loop(Mode, (Mode) throws -> Loops)
        case whole((Duration) throws -> Double)
    }

    /// An operation that is repeated in each of the `modes`, one bench for each.
    static func loops(
        _ name: String, by implementation: Implementation = .heliograph, _ modes: [Mode],
        _ prepare: @escaping (Mode) throws -> Loops
    ) -> [Bench] {
        modes.map { mode in
            Bench(
                name: "\(name)/\(mode.suffix)", implementation: implementation, unit: .nanoseconds,
                method: .loop(mode, prepare))
        }
    }

    /// Something that measures itself, in about the duration that it is given.
    static func whole(
        _ name: String, by implementation: Implementation = .heliograph, in unit: Unit,
        _ measure: @escaping (Duration) throws -> Double
    ) -> Bench {
        Bench(name: name, implementation: implementation, unit: unit, method: .whole(measure))
    }

    /// Measures for about `duration`.
    func measure(for duration: Duration) throws -> Double {
        switch method {
        case .loop(let mode, let prepare): try Stopwatch(duration).nanoseconds(prepare(mode))
        case .whole(let measure): try measure(duration)
        }
    }

    /// Runs the operation so many times in this thread.
    func runOnce(_ operations: Int) throws {
        guard case .loop(let mode, let prepare) = method else { throw MeasureError.notALoop(bench: name) }
        try prepare(mode).measured[0](0..<operations)
    }
}
