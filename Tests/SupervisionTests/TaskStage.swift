import TelemetryTesting
import TestKit
import Testing

@testable import Supervision

/// A task supervisor "tasks" that runs while a test does, with a clock that stands still.
struct TaskStage {
    let notices = Journal()
    let clock = ManualClock()
    let gate = Gate()

    func withTasks(
        maxChildren: Int? = nil, failingWith expected: SupervisionError? = nil,
        _ body: (TaskSupervisor) async throws -> Void
    ) async throws {
        let tasks = try TaskSupervisor("tasks", maxChildren: maxChildren, clock: clock, observer: notices)
        let ready = Promise<Void>()
        let run = Task { try await tasks.children.run { ready.fulfil(()) } }
        await ready.value()
        defer { gate.open() }
        do {
            try await body(tasks)
        } catch {
            run.cancel()
            throw error
        }
        run.cancel()
        do {
            try await run.value
            #expect(expected == nil)
        } catch {
            #expect(error as? SupervisionError == expected)
        }
    }

    /// Until it is cancelled, which it notes.
    func park(_ name: String) async throws {
        notices.note("\(name) parks")
        do {
            try await Task.sleep(for: .seconds(86_400))
        } catch {
            notices.note("\(name) is cancelled")
            throw error
        }
    }
}
