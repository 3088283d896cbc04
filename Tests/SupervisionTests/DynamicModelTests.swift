import TestKit
import Testing

@testable import Supervision

/// Random commands, one after the other, on a dynamic supervisor and on a list of what is to be there.
@Suite(.timeLimit(.minutes(5)))
struct DynamicModelTests {
    private struct Expected {
        let handle: ChildHandle
        let restart: RestartPolicy
        /// Those of its starts, counted from 1, that fail.
        let failingStarts: Set<Int>
        var starts = 1
    }

    /// What one script has come to.
    private struct World {
        let stage = DynamicStage()
        let maxChildren: Int
        let maxRestarts: Int
        var generator: SeededGenerator
        var expected: [String: Expected] = [:]
        var lastNumber = 0
        var restarts = 0
        var isOver = false

        init(seed: Int) {
            generator = SeededGenerator(seed: UInt64(seed))
            maxChildren = Int.random(in: 0...6, using: &generator)
            maxRestarts = Int.random(in: 0...12, using: &generator)
        }

        mutating func start(on crowd: DynamicSupervisor) async throws {
            lastNumber += 1
            let id = "c\(lastNumber)"
            let restart = RestartPolicy.allCases[Int.random(in: 0..<3, using: &generator)]
            let failing = Set((1...6).filter { _ in Int.random(in: 0..<8, using: &generator) == 0 })
            let spec = stage.puppets.spec(id, restart, failingStarts: failing)
            guard expected.count < maxChildren else {
                await #expect(throws: SupervisionError.maxChildren(maxChildren)) {
                    try await crowd.startChild(spec)
                }
                return
            }
            guard !failing.contains(1) else {
                await #expect(throws: SupervisionError.failedToStartChild(id: id, ChildFailure(Broken()))) {
                    try await crowd.startChild(spec)
                }
                return
            }
            expected[id] = Expected(
                handle: try await crowd.startChild(spec), restart: restart, failingStarts: failing)
        }

        mutating func terminate(on crowd: DynamicSupervisor) async throws {
            guard let (id, child) = anyChild() else { return }
            try await crowd.terminateChild(child.handle)
            expected[id] = nil
            await #expect(throws: SupervisionError.notFound(id: id)) {
                try await crowd.terminateChild(child.handle)
            }
        }

        mutating func end() async {
            guard case (let id, var child)? = anyChild() else { return }
            let isFailure = Bool.random(using: &generator)
            let starts = stage.notices.lines.count { $0 == "started \(id)" }
            stage.puppets.tell(id, isFailure ? .fail : .return)
            guard child.restart == .permanent || (child.restart == .transient && isFailure) else {
                expected[id] = nil
                await stage.notices.reaches(isFailure ? "\(id) failed: broken" : "\(id) returned")
                return
            }
            repeat {
                restarts += 1
                child.starts += 1
                isOver = restarts > maxRestarts
            } while !isOver && child.failingStarts.contains(child.starts)
            expected[id] = child
            if !isOver { await stage.notices.reaches("started \(id)", times: starts + 1) }
        }

        private mutating func anyChild() -> (String, Expected)? {
            let ids = expected.keys.sorted()
            guard let id = ids.randomElement(using: &generator), let child = expected[id] else { return nil }
            return (id, child)
        }
    }

    @Test(arguments: 0..<200)
    func hasTheChildrenItIsToHave(seed: Int) async throws {
        var world = World(seed: seed)
        let intensity = RestartIntensity(maxRestarts: world.maxRestarts)
        let crowd = try world.stage.supervisor(maxChildren: world.maxChildren, intensity: intensity)
        let stage = world.stage
        let error = try await stage.run(crowd) { run in
            for _ in 0..<40 where !world.isOver {
                switch Int.random(in: 0..<10, using: &world.generator) {
                case 0..<4: try await world.start(on: crowd)
                case 4, 5: try await world.terminate(on: crowd)
                default: await world.end()
                }
                if !world.isOver { try await expectChildren(of: world, on: crowd, seed) }
            }
            if !world.isOver { run.cancel() }
        }
        #expect((error != nil) == world.isOver, "seed \(seed): \(String(describing: error))")
    }

    /// A child that has ended for good leaves the list a moment before or after its end is told.
    private func expectChildren(of world: World, on crowd: DynamicSupervisor, _ seed: Int) async throws {
        let handles = Set(world.expected.values.map(\.handle))
        let listed = try crowd.whichChildren()
        #expect(Set(listed.map(\.child)) == handles, "seed \(seed)")
        #expect(listed.allSatisfy { $0.info.state == .running }, "seed \(seed)")
    }
}
