import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct SupervisorAutoShutdownTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let autoShutdown: AutoShutdown
        let restart: RestartPolicy
        let order: Puppets.Order
        var testDescription: String { "\(autoShutdown), \(restart) told to \(order)" }
    }

    private let stage = Stage()
    private var puppets: Puppets { stage.puppets }

    @Test(
        arguments: [
            Case(autoShutdown: .anySignificant, restart: .transient, order: .return),
            Case(autoShutdown: .anySignificant, restart: .temporary, order: .return),
            Case(autoShutdown: .anySignificant, restart: .temporary, order: .fail),
            Case(autoShutdown: .allSignificant, restart: .transient, order: .return),
            Case(autoShutdown: .allSignificant, restart: .temporary, order: .fail),
        ])
    func endsNormallyAfterTheOnlySignificantChild(_ table: Case) async throws {
        let top = try stage.supervisor(
            puppets.spec("a"), puppets.spec("s", table.restart, significant: true),
            autoShutdown: table.autoShutdown)
        let error = try await stage.run(top) { _ in puppets.tell("s", table.order) }
        #expect(error == nil)
        #expect(stage.lines.suffix(2) == ["a stops", "over"])
    }

    @Test func allSignificantWaitsForTheLast() async throws {
        let top = try stage.supervisor(
            puppets.spec("a"), puppets.spec("s", .transient, significant: true),
            puppets.spec("t", .temporary, significant: true), autoShutdown: .allSignificant)
        let error = try await stage.run(top) { _ in
            puppets.tell("t", .return)
            await stage.notices.reaches("t returned")
            try await top.terminateChild("a")
            puppets.tell("s", .return)
        }
        #expect(error == nil)
    }

    @Test func anAbnormalEndOfATransientChildRestartsIt() async throws {
        let top = try stage.supervisor(
            puppets.spec("s", .transient, significant: true), autoShutdown: .anySignificant)
        try await stage.runUntilDone(top) {
            puppets.tell("s", .fail)
            await stage.notices.reaches("started s", times: 2)
        }
    }

    @Test func endsOfOtherChildrenDoNotTriggerIt() async throws {
        let top = try stage.supervisor(
            puppets.spec("a", .transient), puppets.spec("b"), autoShutdown: .anySignificant)
        try await stage.runUntilDone(top) {
            puppets.tell("a", .return)
            await stage.notices.reaches("a returned")
            try await top.restartChild("a")
        }
        #expect(stage.lines.count { $0 == "a is up" } == 2)
    }

    @Test(arguments: [RestartPolicy.transient, .temporary])
    func terminatingDoesNotTriggerIt(restart: RestartPolicy) async throws {
        let top = try stage.supervisor(
            puppets.spec("a"), puppets.spec("s", restart, significant: true), autoShutdown: .anySignificant)
        try await stage.runUntilDone(top) {
            try await top.terminateChild("s")
            try await #expect(top.countChildren().active == 1)
        }
    }
}
