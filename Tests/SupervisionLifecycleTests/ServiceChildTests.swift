import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import Supervision
import SupervisionLifecycle
import TelemetryTesting
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ServiceChildTests {
    private let marks = Marks()
    private let clock = ManualClock()

    private func child(
        _ id: String, _ restart: RestartPolicy = .permanent,
        _ body: @escaping @Sendable () async throws -> Void
    ) -> ChildSpec {
        ChildSpec(
            id, restart: restart, shutdown: .infinity, clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, service: Made(body: body))
    }

    /// A service that knows of graceful shutdowns only.
    private func graceful(_ id: String) -> ChildSpec {
        child(id) { [marks] in
            let gate = Gate()
            marks.note("\(id) runs")
            await withGracefulShutdownHandler {
                await gate.passage()
            } onGracefulShutdown: {
                gate.open()
            }
            marks.note("\(id) ends")
        }
    }

    @Test func servicesAreShutDownGracefullyInReverseOrder() async throws {
        let top = try Supervisor("top", children: ["a", "b", "c"].map(graceful))
        let run = Task { try await top.run() }
        await marks.reach("a runs", "b runs", "c runs")
        run.cancel()
        try await run.value
        #expect(marks.lines.suffix(3) == ["c ends", "b ends", "a ends"])
    }

    @Test func aGroupAroundTheSupervisorKeepsItsOrder() async throws {
        let top = try Supervisor("top", children: ["a", "b", "c"].map(graceful))
        try await testGracefulShutdown { trigger in
            async let run: Void = SupervisorService(top).run()
            await marks.reach("a runs", "b runs", "c runs")
            trigger.triggerGracefulShutdown()
            try await run
        }
        #expect(marks.lines.suffix(3) == ["c ends", "b ends", "a ends"])
    }

    @Test func aGroupEndsSupervisorsWhoseChildrenComeAndGo() async throws {
        let (crowd, tasks) = (try DynamicSupervisor("crowd"), try TaskSupervisor("tasks"))
        try await testGracefulShutdown { trigger in
            async let crowdRun: Void = SupervisorService(crowd).run()
            async let tasksRun: Void = SupervisorService(tasks).run()
            try await crowd.waitUntilUp()
            try await tasks.waitUntilUp()
            try await crowd.startChild(graceful("a"))
            await marks.reach("a runs")
            trigger.triggerGracefulShutdown()
            try await crowdRun
            try await tasksRun
        }
        #expect(marks.lines == ["a runs", "a ends"])
    }

    @Test func anyGraceCanBeSleptFor() async throws {
        let (gate, told) = (Gate(), Gate())
        let top = try Supervisor(
            "top",
            children: [
                ChildSpec(
                    "a", shutdown: .infinity, grace: Duration(attoseconds: .max), clock: clock,
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                    service: Made { [marks] in
                        marks.note("a runs")
                        await withGracefulShutdownHandler {
                            await gate.passage()
                        } onGracefulShutdown: {
                            told.open()
                        }
                    })
            ])
        let run = Task { try await top.run() }
        await marks.reach("a runs")
        run.cancel()
        await told.passage()
        try await clock.sleepers(reach: 1)
        gate.open()
        try await run.value
    }

    @Test func aServiceThatIgnoresItsShutdownIsCancelledAfterItsGrace() async throws {
        let top = try Supervisor(
            "top",
            children: [
                child("a") { [marks] in
                    marks.note("a runs")
                    do {
                        try await Task.sleep(for: .seconds(1_000_000))
                    } catch {
                        marks.note("a is cancelled")
                        throw error
                    }
                }
            ])
        let run = Task { try await top.run() }
        await marks.reach("a runs")
        run.cancel()
        try await clock.sleepers(reach: 1)
        clock.advance(by: .seconds(3) - .nanoseconds(1))
        #expect(marks.lines == ["a runs"])
        clock.advance(by: .nanoseconds(1))
        try await run.value
        #expect(marks.lines == ["a runs", "a is cancelled"])
    }

    @Test func aFailureOfAServiceIsRestarted() async throws {
        let top = try Supervisor(
            "top",
            children: [
                child("a") { [marks] in
                    marks.note("a runs")
                    throw Broken()
                }
            ])
        await #expect(
            throws: SupervisionError.tooManyRestarts(
                id: "a", last: .failed(ChildFailure(Broken())), RestartIntensity())
        ) { try await top.run() }
        #expect(marks.lines.count == 4)
    }

    @Test func aServiceThatReturnsHasEndedNormally() async throws {
        let top = try Supervisor(
            "top", children: [child("a", .transient) { [marks] in marks.note("a runs") }])
        let run = Task { try await top.run() }
        await marks.reach("a runs")
        while try await top.countChildren().active > 0 { await Task.yield() }
        run.cancel()
        try await run.value
        #expect(marks.lines == ["a runs"])
    }

    @Test func whatASupervisorFailsWithIsTheServicesFailure() async throws {
        let top = try Supervisor(
            "top", intensity: RestartIntensity(maxRestarts: 0), children: [child("a") { throw Broken() }])
        await #expect(throws: SupervisionError.self) { try await SupervisorService(top).run() }
    }
}
