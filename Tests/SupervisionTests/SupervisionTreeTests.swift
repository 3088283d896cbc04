import TelemetryTesting
import TestKit
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct SupervisionTreeTests {
    private let stage = Stage()
    private var puppets: Puppets { stage.puppets }

    /// One line for each child, indented by its depth.
    private func lines(_ tree: SupervisionTree, _ indent: String = "") -> [String] {
        tree.children.flatMap { child -> [String] in
            var line = "\(indent)\(child.info.id) \(child.info.state) \(child.restarts)"
            if let uptime = child.uptime { line += " up \(uptime)" }
            if let error = child.lastError, let time = child.timeSinceLastError {
                line += " \(error) \(time) ago"
            }
            return [line] + (child.tree.map { lines($0, indent + "  ") } ?? [])
        }
    }

    @Test func describesEverySupervisorBelow() async throws {
        let crowd = try DynamicSupervisor("crowd", clock: stage.clock, observer: stage.notices)
        let tasks = try TaskSupervisor("tasks", clock: stage.clock, observer: stage.notices)
        let inner = try Supervisor(
            "inner", children: [puppets.spec("b"), ChildSpec(crowd)], clock: stage.clock,
            observer: stage.notices)
        let top = try stage.supervisor(
            puppets.spec("a", .transient), ChildSpec(inner), ChildSpec(tasks))
        try await stage.runUntilDone(top) {
            stage.clock.advance(by: .seconds(2))
            try await crowd.startChild(puppets.spec("c"))
            try tasks.startChild("task") { try await Task.sleep(for: .seconds(86_400)) }
            puppets.tell("c", .fail)
            await stage.notices.reaches("started c", times: 2)
            puppets.tell("b", .fail)
            await stage.notices.reaches("started b", times: 2)
            puppets.tell("a", .return)
            await stage.notices.reaches("a returned")
            _ = try await top.whichChildren()
            stage.clock.advance(by: .seconds(1))
            let tree = try await top.tree()
            #expect(tree.name == "top")
            #expect(
                lines(tree) == [
                    "a stopped 0", "inner running 0 up 3.0 seconds",
                    "  b running 1 up 1.0 seconds broken 1.0 seconds ago", "  crowd running 0 up 3.0 seconds",
                    "    c running 1 up 1.0 seconds broken 1.0 seconds ago", "tasks running 0 up 3.0 seconds",
                    "  task running 0 up 1.0 seconds",
                ])
        }
        let over = try await top.tree()
        #expect(over == SupervisionTree(name: "top", isRunning: false, children: []))
    }

    @Test func countsRestartsThatFailed() async throws {
        let top = try stage.supervisor(puppets.spec("a", failingStarts: [2, 3]))
        try await stage.runUntilDone(top) {
            puppets.tell("a", .fail)
            await stage.notices.reaches("started a", times: 2)
            try await #expect(top.tree().children.map(\.restarts) == [3])
        }
    }
}
