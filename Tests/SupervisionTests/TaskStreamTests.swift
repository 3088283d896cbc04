import TelemetryTesting
import TestKit
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct TaskStreamTests {
    private let stage = TaskStage()
    private let gates = (0..<4).map { _ in Gate() }

    @Sendable private func pass(_ index: Int) async throws -> Int {
        stage.notices.note("\(index) begins")
        await gates[index].passage()
        try Task.checkCancellation()
        return index
    }

    /// Opens the gates as listed, each once the task behind the one before is done.
    private func open(_ order: [Int]) async {
        for (turn, index) in order.enumerated() {
            await stage.notices.reaches("\(index) begins")
            gates[index].open()
            await stage.notices.reaches("task returned", times: turn + 1)
        }
    }

    @Test(arguments: [true, false])
    func givesResultsInTheOrderAskedFor(isOrdered: Bool) async throws {
        try await stage.withTasks { tasks in
            async let opening: Void = open([2, 0, 1])
            var results: [Int] = []
            let stream = tasks.stream(over: 0..<3, maxConcurrency: 3, isOrdered: isOrdered, pass)
            for try await result in stream { results.append(try result.get()) }
            await opening
            #expect(results == (isOrdered ? [0, 1, 2] : [2, 0, 1]))
        }
    }

    @Test(arguments: [(1, 1), (2, 2), (0, 1), (100, 4)])
    func startsNoMoreThanSoManyAtATime(maxConcurrency: Int, started: Int) async throws {
        try await stage.withTasks { tasks in
            let reader = Task {
                var count = 0
                for try await _ in tasks.stream(over: 0..<4, maxConcurrency: maxConcurrency, pass) {
                    count += 1
                }
                return count
            }
            await stage.notices.reaches("\(started - 1) begins")
            try #expect(tasks.countChildren().specs == started)
            for gate in gates { gate.open() }
            try await #expect(reader.value == 4)
        }
    }

    @Test func aSlowReaderHoldsTasksBack() async throws {
        for gate in gates { gate.open() }
        try await stage.withTasks { tasks in
            var results = tasks.stream(over: 0..<4, maxConcurrency: 2, pass).makeAsyncIterator()
            _ = try await results.next()
            await stage.notices.reaches("task returned", times: 2)
            #expect(stage.notices.lines.count { $0.hasSuffix("begins") } == 2)
            _ = try await results.next()
            await stage.notices.reaches("task returned", times: 3)
            var rest = 0
            while try await results.next() != nil { rest += 1 }
            #expect(rest == 2)
            try await #expect(results.next() == nil)
        }
    }

    @Test func startsNothingBeforeItIsAsked() async throws {
        try await stage.withTasks { tasks in
            let stream = tasks.stream(over: 0..<4, maxConcurrency: 2, pass)
            _ = stream.makeAsyncIterator()
            try #expect(tasks.countChildren().specs == 0)
        }
    }

    @Test func theErrorOfALinkedTaskEndsTheOthers() async throws {
        try await stage.withTasks { tasks in
            var results = tasks.stream(over: 0..<3, maxConcurrency: 3) { index in
                guard index == 1 else { return try await stage.park("\(index)") }
                await stage.notices.reaches { $0.count { $0.hasSuffix("parks") } == 2 }
                throw Broken()
            }.makeAsyncIterator()
            await #expect(throws: Broken.self) { try await results.next() }
            await stage.notices.reaches("task was stopped", times: 2)
            try await #expect(results.next() == nil)
        }
    }

    @Test func theErrorOfOneWithoutLinkIsItsResult() async throws {
        try await stage.withTasks { tasks in
            var texts: [String] = []
            let stream = tasks.streamNoLink(over: 0..<3, maxConcurrency: 2) { index in
                if index == 1 { throw Broken() }
                return index
            }
            for try await result in stream {
                switch result {
                case .success(let index): texts.append("\(index)")
                case .failure(let error): texts.append("\(error)")
                }
            }
            #expect(texts == ["0", "broken", "2"])
        }
    }

    @Test func aTimeoutExits() async throws {
        try await stage.withTasks { tasks in
            let reader = Task {
                for try await _ in tasks.streamNoLink(
                    over: 0..<2, maxConcurrency: 2, timeout: .seconds(1), { try await stage.park("\($0)") })
                {}
            }
            try await stage.clock.sleepers(reach: 2)
            stage.clock.advance(by: .seconds(1))
            await #expect(throws: TaskTimeout(id: "task", timeout: .seconds(1))) { try await reader.value }
            await stage.notices.reaches("task was stopped", times: 2)
        }
    }

    @Test func aTimeoutKillsTheTask() async throws {
        try await stage.withTasks { tasks in
            let reader = Task {
                var late: [Bool] = []
                let stream = tasks.stream(
                    over: 0..<3, maxConcurrency: 3, timeout: .seconds(1), onTimeout: .killTask
                ) { if $0 == 1 { try await stage.park("1") } }
                for try await result in stream {
                    if case .failure(let error) = result {
                        late.append(error is TaskTimeout)
                    } else {
                        late.append(false)
                    }
                }
                return late
            }
            await stage.notices.reaches("task returned", times: 2)
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(1))
            try await #expect(reader.value == [false, true, false])
            await stage.notices.reaches("task was stopped")
        }
    }

    @Test(arguments: [true, false])
    func aLateTaskKeepsItsPlaceUntilItEnds(isOrdered: Bool) async throws {
        try await stage.withTasks { tasks in
            let reader = Task {
                var results: [Int?] = []
                let stream = tasks.stream(
                    over: 0..<3, maxConcurrency: 1, isOrdered: isOrdered, timeout: .seconds(1),
                    onTimeout: .killTask, shutdown: .infinity, pass)
                for try await result in stream {
                    results.append(try? result.get())
                    stage.notices.note("\(results.count) results")
                }
                return results
            }
            await stage.notices.reaches("0 begins")
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(1))
            await stage.notices.reaches("1 results")
            for _ in 0..<1000 { await Task.yield() }
            #expect(!stage.notices.lines.contains("1 begins"))
            for gate in gates { gate.open() }
            try await #expect(reader.value == [nil, 1, 2])
        }
    }

    @Test func theEndOfAStreamWaitsForNoLateTask() async throws {
        try await stage.withTasks { tasks in
            var results = tasks.stream(
                over: 0..<1, maxConcurrency: 1, timeout: .seconds(1), onTimeout: .killTask,
                shutdown: .infinity, pass
            ).makeAsyncIterator()
            let advance = Task {
                try await stage.clock.sleepers(reach: 1)
                stage.clock.advance(by: .seconds(1))
            }
            await #expect(throws: TaskTimeout.self) { try await results.next()?.get() }
            try await advance.value
            try await #expect(results.next() == nil)
            gates[0].open()
        }
    }

    @Test func aTimeoutEndsATaskThoughNobodyAsks() async throws {
        try await stage.withTasks { tasks in
            gates[0].open()
            var results = tasks.stream(over: 0..<2, maxConcurrency: 2, timeout: .seconds(1)) { index in
                if index == 0 { return try await pass(0) }
                try await stage.park("1")
                return 1
            }.makeAsyncIterator()
            _ = try await results.next()
            await stage.notices.reaches("1 parks")
            stage.clock.advance(by: .seconds(1))
            await stage.notices.reaches("task was stopped")
        }
    }

    @Test func aTimeoutOfATaskThatIsDoneIsForgotten() async throws {
        try await stage.withTasks { tasks in
            let stream = tasks.stream(over: 0..<3, maxConcurrency: 2, timeout: .seconds(1), pass)
            var results = stream.makeAsyncIterator()
            gates[0].open()
            try await #expect(results.next()?.get() == 0)
            // Done while nobody asks, so that its timeout is still to come.
            gates[1].open()
            await stage.notices.reaches("task returned", times: 2)
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(1))
            try await #expect(results.next()?.get() == 1)
            gates[2].open()
            try await #expect(results.next()?.get() == 2)
            try await #expect(results.next() == nil)
        }
    }

    @Test func leavingEarlyEndsTheTasks() async throws {
        try await stage.withTasks { tasks in
            for try await _ in tasks.stream(
                over: 0..<3, maxConcurrency: 3, { if $0 > 0 { try await stage.park("\($0)") } })
            {
                await stage.notices.reaches { $0.count { $0.hasSuffix("parks") } == 2 }
                break
            }
            await stage.notices.reaches("task was stopped", times: 2)
        }
    }

    @Test func aCancelledReaderEndsTheTasks() async throws {
        try await stage.withTasks { tasks in
            let reader = Task {
                for try await _ in tasks.stream(
                    over: 0..<2, maxConcurrency: 2, { try await stage.park("\($0)") })
                {}
            }
            await stage.notices.reaches { $0.count { $0.hasSuffix("parks") } == 2 }
            reader.cancel()
            await #expect(throws: CancellationError.self) { try await reader.value }
            await stage.notices.reaches("task was stopped", times: 2)
        }
    }

    @Test func aFullSupervisorEndsTheStream() async throws {
        try await stage.withTasks(maxChildren: 1) { tasks in
            var results = tasks.stream(over: 0..<2, maxConcurrency: 2, pass).makeAsyncIterator()
            await #expect(throws: SupervisionError.maxChildren(1)) { try await results.next() }
            gates[0].open()
            await stage.notices.reaches("task was stopped")
        }
    }

    @Test func whatIsStuckIsAResult() async throws {
        let stuck = SupervisionError.stuck(children: ["task"], cause: nil)
        try await stage.withTasks(failingWith: stuck) { tasks in
            let reader = Task {
                var results = tasks.streamNoLink(
                    over: 0..<1, maxConcurrency: 1, timeout: nil, { _ in await stage.gate.passage() }
                ).makeAsyncIterator()
                _ = try await results.next()?.get()
            }
            await stage.notices.reaches("started task")
            let child = try #require(try tasks.whichChildren().first?.child)
            let termination = Task { try await tasks.terminateChild(child) }
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(5))
            await #expect(throws: stuck) { try await termination.value }
            await #expect(throws: stuck) { try await reader.value }
        }
    }
}
