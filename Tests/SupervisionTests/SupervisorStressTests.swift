import Synchronization
import TestKit
import TelemetryTesting
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct SupervisorStressTests {
    /// Children that come up, fail and end at random; counts those that are alive.
    private final class Crowd: Sendable {
        private let generator: Mutex<SeededGenerator>
        let alive = Atomic(0)
        let starts = Atomic(0)

        init(seed: Int) {
            generator = Mutex(SeededGenerator(seed: UInt64(seed)))
        }

        func draw(_ range: Range<Int>) -> Int {
            generator.withLock { Int.random(in: range, using: &$0) }
        }

        func spec(_ id: String) -> ChildSpec {
            let restart = RestartPolicy.allCases[draw(0..<3)]
            return ChildSpec(id, restart: restart, shutdown: .infinity) { context in
                self.alive.add(1, ordering: .relaxed)
                self.starts.add(1, ordering: .relaxed)
                defer { self.alive.subtract(1, ordering: .relaxed) }
                try await self.live(context)
            }
        }

        private func live(_ context: ChildContext) async throws {
            for _ in 0..<draw(0..<10) { await Task.yield() }
            if draw(0..<40) == 0 { throw Broken() }
            context.ready()
            for _ in 0..<draw(0..<200) where !Task.isCancelled { await Task.yield() }
            if draw(0..<2) == 0 { throw Broken() }
        }
    }

    private func tree(_ crowd: Crowd, _ depth: Int, _ path: String) throws -> Supervisor {
        var children = (0..<3).map { crowd.spec("\(path)\($0)") }
        if depth > 0 { children.insert(ChildSpec(try tree(crowd, depth - 1, path + "n")), at: 1) }
        return try Supervisor(
            path, strategy: RestartStrategy.allCases[crowd.draw(0..<3)],
            intensity: RestartIntensity(maxRestarts: crowd.draw(0..<30)), children: children,
            clock: ManualClock())
    }

    private func disturb(_ supervisor: Supervisor, _ crowd: Crowd) async {
        for _ in 0..<20 {
            let id = "t\(crowd.draw(0..<5))"
            switch crowd.draw(0..<4) {
            case 0: try? await supervisor.startChild(crowd.spec(id))
            case 1: try? await supervisor.terminateChild(id)
            case 2: try? await supervisor.restartChild(id)
            default: try? await supervisor.deleteChild(id)
            }
        }
    }

    @Test(arguments: 0..<100)
    func neverHangsNorLeavesAChildBehind(seed: Int) async throws {
        let crowd = Crowd(seed: seed)
        let top = try tree(crowd, 2, "t")
        let run = Task { try await top.run() }
        await disturb(top, crowd)
        for _ in 0..<crowd.draw(0..<2000) { await Task.yield() }
        run.cancel()
        _ = await run.result
        #expect(crowd.alive.load(ordering: .relaxed) == 0)
    }
}
