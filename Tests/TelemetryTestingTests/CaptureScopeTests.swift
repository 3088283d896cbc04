import Telemetry
import TelemetryTesting
import Testing

// A wait that is not answered hangs.
@Suite(.timeLimit(.minutes(5)))
struct CaptureScopeTests {
    private static let shared = Event<Int>("capture.shared")

    @Test(arguments: 0..<100)
    func parallelTestsDoNotSeeOneAnothersEvents(test: Int) async throws {
        let numbers = (0..<20).map { test * 1000 + $0 }
        let captured = try await withCapture(of: Self.shared) { capture in
            for number in numbers {
                Self.shared.emit(number)
                await Task.yield()
            }
            return try await capture.wait(for: numbers.count, clock: ManualClock())
        }
        #expect(captured == numbers)
    }

    @Test(arguments: 0..<100)
    func childTasksBelongToTheirTest(test: Int) async throws {
        let captured = try await withCapture(of: Self.shared) { capture in
            async let sum: Void = withTaskGroup(of: Void.self) { group in
                for number in 0..<10 { group.addTask { Self.shared.emit(test * 1000 + number) } }
            }
            let first = try await capture.first(clock: ManualClock()) { $0 % 1000 == 9 }
            #expect(first == test * 1000 + 9)
            await sum
            await Task { Self.shared.emit(test * 1000 + 10) }.value
            return capture.events
        }
        #expect(captured.sorted() == (0...10).map { test * 1000 + $0 })
    }

    @Test
    func worksWithoutAwaiting() throws {
        let event = Event<Int>("capture.sync")
        let captured = try withCapture(of: event) { capture in
            event.emit(1)
            return capture.events
        }
        #expect(captured == [1])
        #expect(!event.isObserved)
    }

    @Test
    func capturesNest() throws {
        let event = Event<Int>("capture.nested")
        let other = Event<String>("capture.nested.other")
        try withCapture(of: event) { outer in
            event.emit(1)
            try withCapture(of: other) { others in
                try withCapture(of: event) { inner in
                    event.emit(2)
                    other.emit("a")
                    #expect(inner.events == [2])
                }
                event.emit(3)
                #expect(others.events == ["a"])
            }
            #expect(outer.events == [1, 2, 3])
        }
    }

    @Test
    func leavesOutDetachedTasks() async throws {
        let event = Event<Int>("capture.detached")
        let captured = try await withCapture(of: event) { capture in
            await Task.detached { event.emit(1) }.value
            event.emit(2)
            return capture.events
        }
        #expect(captured == [2])
    }

    @Test
    func detachesWhenTheBodyThrows() async throws {
        let event = Event<Int>("capture.throws")
        #expect(throws: Mishap.self) { try withCapture(of: event) { _ in throw Mishap() } }
        await #expect(throws: Mishap.self) {
            try await withCapture(of: event) { _ in
                await Task.yield()
                throw Mishap()
            }
        }
        #expect(!event.isObserved)
    }
}
