import Synchronization
import TelemetryTesting
import TestKit
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct DynamicStressTests {
    /// Children that come up, fail and end at random; counts those that are alive.
    private final class Crowd: Sendable {
        private let generator: Mutex<SeededGenerator>
        let alive = Atomic(0)

        init(seed: Int) { generator = Mutex(SeededGenerator(seed: UInt64(seed))) }

        func draw(_ range: Range<Int>) -> Int {
            generator.withLock { Int.random(in: range, using: &$0) }
        }

        func spec() -> ChildSpec {
            ChildSpec("child", restart: RestartPolicy.allCases[draw(0..<3)], shutdown: .infinity) { context in
                self.alive.add(1, ordering: .relaxed)
                defer { self.alive.subtract(1, ordering: .relaxed) }
                for _ in 0..<self.draw(0..<10) { await Task.yield() }
                if self.draw(0..<20) == 0 { throw Broken() }
                context.ready()
                for _ in 0..<self.draw(0..<200) where !Task.isCancelled { await Task.yield() }
                if self.draw(0..<4) == 0 { throw Broken() }
            }
        }
    }

    private func disturb(_ supervisor: DynamicSupervisor, _ crowd: Crowd) async {
        var children: [ChildHandle] = []
        for _ in 0..<40 {
            switch crowd.draw(0..<3) {
            case 0, 1:
                if let child = try? await supervisor.startChild(crowd.spec()) { children.append(child) }
            default: if let child = children.popLast() { try? await supervisor.terminateChild(child) }
            }
        }
    }

    @Test(arguments: 0..<100)
    func neverHangsNorLeavesAChildBehind(seed: Int) async throws {
        let crowd = Crowd(seed: seed)
        let supervisor = try DynamicSupervisor(
            "crowd", maxChildren: 30, intensity: RestartIntensity(maxRestarts: crowd.draw(0..<100)),
            clock: ManualClock())
        let run = Task { try await supervisor.run() }
        await withTaskGroup { group in
            for _ in 0..<4 { group.addTask { await disturb(supervisor, crowd) } }
        }
        run.cancel()
        _ = await run.result
        #expect(crowd.alive.load(ordering: .relaxed) == 0)
        #expect(throws: SupervisionError.notRunning(supervisor: "crowd")) { try supervisor.countChildren() }
    }
}
