import TelemetryTesting

@testable import Supervision

/// A supervisor "top" of puppets with a clock that stands still and a journal of what its observer learned.
struct Stage {
    let puppets = Puppets()
    let notices = Journal()
    let clock = ManualClock()

    var lines: [String] { puppets.journal.lines }

    func supervisor(
        _ children: ChildSpec..., strategy: RestartStrategy = .oneForOne,
        intensity: RestartIntensity = RestartIntensity(), autoShutdown: AutoShutdown = .never
    ) throws -> Supervisor {
        try Supervisor(
            "top", strategy: strategy, intensity: intensity, autoShutdown: autoShutdown, children: children,
            clock: clock, observer: notices)
    }

    /// Runs a supervisor; `body` begins when it is up or over, and afterwards the run is awaited as it is.
    ///
    /// The journal of the puppets then has a line "up", unless a child failed to start.
    @discardableResult
    func run(
        _ supervisor: Supervisor, body: (Task<Void, any Error>) async throws -> Void
    ) async throws -> SupervisionError? {
        let linesBefore = lines.count
        let run = Task { [puppets] in
            defer { puppets.journal.note("over") }
            try await supervisor.run { puppets.journal.note("up") }
        }
        await puppets.journal.reaches { lines in
            lines.dropFirst(linesBefore).contains { $0 == "up" || $0 == "over" }
        }
        do {
            try await body(run)
        } catch {
            run.cancel()
            throw error
        }
        return try await outcome(of: run)
    }

    /// The same, cancelling the run when `body` is done.
    @discardableResult
    func runUntilDone(
        _ supervisor: Supervisor, body: () async throws -> Void = {}
    ) async throws -> SupervisionError? {
        try await run(supervisor) { run in
            try await body()
            run.cancel()
        }
    }

    private func outcome(of run: Task<Void, any Error>) async throws -> SupervisionError? {
        switch await run.result {
        case .success: return nil
        case .failure(let error as SupervisionError): return error
        case .failure(let error): throw error
        }
    }
}
