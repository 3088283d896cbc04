import TelemetryTesting

@testable import Supervision

/// A dynamic supervisor "crowd" of puppets with a clock that stands still and a journal of what its observer learned.
struct DynamicStage {
    let puppets = Puppets()
    let notices = Journal()
    let clock = ManualClock()

    var lines: [String] { puppets.journal.lines }

    func supervisor(
        maxChildren: Int? = nil, intensity: RestartIntensity = RestartIntensity()
    ) throws -> DynamicSupervisor {
        try DynamicSupervisor(
            "crowd", maxChildren: maxChildren, intensity: intensity, clock: clock, observer: notices)
    }

    /// Runs a supervisor, and `body` once children can be started; afterwards awaits the run as it is.
    func run(
        _ supervisor: DynamicSupervisor, body: (Task<Void, any Error>) async throws -> Void
    ) async throws -> SupervisionError? {
        let ready = Promise<Void>()
        let run = Task { try await supervisor.run { ready.fulfil(()) } }
        await ready.value()
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
        _ supervisor: DynamicSupervisor, body: () async throws -> Void
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
