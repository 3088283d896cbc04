import Synchronization
import Telemetry
import TelemetryTesting
import Testing

// A wait that is not answered hangs.
@Suite(.timeLimit(.minutes(5)))
struct EventCaptureTests {
    @Test
    func recordsFromAnywhereInOrder() async throws {
        let event = Event<Int>("capture.anywhere")
        let capture = try EventCapture(of: event)
        event.emit(1)
        await Task.detached { event.emit(2) }.value
        #expect(capture.events == [1, 2])
    }

    @Test
    func recordsNothingAfterStop() throws {
        let event = Event<Int>("capture.stop")
        let capture = try EventCapture(of: event)
        event.emit(1)
        capture.stop()
        capture.stop()
        event.emit(2)
        #expect(capture.events == [1])
        #expect(!event.isObserved)
    }

    @Test
    func recordsNothingOfADispatchDuringWhichItStops() throws {
        let event = Event<Int>("capture.during")
        let stopped = Mutex<EventCapture<Int>?>(nil)
        try HandlerRegistry.shared.attach("capture.during", to: event) { _ in
            stopped.withLock { $0 }?.stop()
        }
        let capture = try EventCapture(of: event)
        event.emit(1)
        stopped.withLock { $0 = capture }
        event.emit(2)
        #expect(capture.events == [1])
        try HandlerRegistry.shared.detach("capture.during")
    }

    @Test
    func detachesWhenReleased() throws {
        let event = Event<Int>("capture.released")
        do {
            let capture = try EventCapture(of: event)
            event.emit(1)
            #expect(capture.events == [1])
        }
        #expect(!event.isObserved)
    }

    @Test
    func twoCapturesOfOneEventBothRecord() throws {
        let event = Event<Int>("capture.two")
        let captures = try [EventCapture(of: event), EventCapture(of: event)]
        event.emit(7)
        #expect(captures.map(\.events) == [[7], [7]])
    }

    @Test
    func refusesAnInertEvent() {
        #expect(throws: TelemetryError.malformedName("capture..inert", offset: 8)) {
            try EventCapture(of: Event<Int>("capture..inert"))
        }
        #expect(throws: TelemetryError.malformedName("capture..inert", offset: 8)) {
            try withCapture(of: Event<Int>("capture..inert")) { _ in }
        }
    }

    @Test
    func findsWhatIsRecordedAlready() async throws {
        let event = Event<Int>("capture.already")
        let capture = try EventCapture(of: event)
        for number in 1...4 { event.emit(number) }
        #expect(try await capture.first { $0.isMultiple(of: 2) } == 2)
        #expect(try await capture.first() == 1)
        #expect(try await capture.wait(for: 3) == [1, 2, 3])
        #expect(try await capture.wait(for: 0) == [])
        #expect(try await capture.wait(for: -1) == [])
    }

    @Test
    func waitsForWhatIsStillToCome() async throws {
        let event = Event<Int>("capture.waits")
        let capture = try EventCapture(of: event)
        async let even = capture.first(clock: ManualClock()) { $0.isMultiple(of: 2) }
        async let three = capture.wait(for: 3, clock: ManualClock())
        for number in [1, 3, 4] {
            event.emit(number)
            await Task.yield()
        }
        #expect(try await even == 4)
        #expect(try await three == [1, 3, 4])
    }

    @Test(arguments: [true, false])
    func theNextEventAnswersAWaitAtOnce(byCount: Bool) async throws {
        let event = Event<Int>("capture.next")
        let clock = ManualClock()
        let wait = try await withCapture(of: event) { capture in
            // In turn, so that the wait has begun when its timeout sleeps.
            let wait = Task(executorPreference: SerialExecutor()) {
                byCount
                    ? try await capture.wait(for: 1, timeout: .seconds(5), clock: clock)
                    : [try await capture.first(timeout: .seconds(5), clock: clock)]
            }
            try await clock.sleepers(reach: 1)
            event.emit(1)
            return try await wait.value
        }
        #expect(wait == [1])
        #expect(clock.sleeperCount == 0)
    }

    @Test
    func theTimeoutSaysWhatWasAwaited() async throws {
        let event = Event<Int>("capture.timeout")
        let capture = try EventCapture(of: event)
        let clock = ManualClock()
        let waits = [
            Task { _ = try await capture.wait(for: 3, timeout: .seconds(5), clock: clock) },
            Task { _ = try await capture.first(timeout: .seconds(5), clock: clock) { $0 < 0 } },
        ]
        try await clock.sleepers(reach: 2)
        event.emit(1)
        clock.advance(by: .seconds(5))
        for (wait, awaited) in zip(waits, ["3 events", "a fitting event"]) {
            let error = CaptureError.timedOut(
                event: "capture.timeout", after: .seconds(5), captured: 1, awaited: awaited)
            await #expect(throws: error) { try await wait.value }
        }
        #expect(clock.sleeperCount == 0)
    }

    @Test
    func whatCameBeforeTheTimeoutAnswersTheWait() async throws {
        let event = Event<Int>("capture.late")
        let captured = try await withCapture(of: event) { capture in
            let wait = Task(executorPreference: SerialExecutor()) {
                try await capture.wait(for: 1, clock: EmittingClock(event: event))
            }
            return try await wait.value
        }
        #expect(captured == [1])
    }

    @Test
    func stoppingEndsAWait() async throws {
        let capture = try EventCapture(of: Event<Int>("capture.stopped"))
        let clock = ManualClock()
        let wait = Task { try await capture.wait(for: 1, timeout: .seconds(5), clock: clock) }
        try await clock.sleepers(reach: 1)
        capture.stop()
        let error = CaptureError.stopped(event: "capture.stopped", captured: 0, awaited: "1 event")
        await #expect(throws: error) { try await wait.value }
        await #expect(throws: error) { try await capture.wait(for: 1, timeout: .seconds(5), clock: clock) }
        #expect(clock.sleeperCount == 0)
    }

    @Test
    func aWaitEndsWithItsTask() async throws {
        let capture = try EventCapture(of: Event<Int>("capture.cancelled"))
        let clock = ManualClock()
        let wait = Task { try await capture.wait(for: 1, timeout: .seconds(5), clock: clock) }
        try await clock.sleepers(reach: 1)
        wait.cancel()
        await #expect(throws: CancellationError.self) { try await wait.value }
    }

    @Test
    func aTaskThatIsCancelledAlreadyDoesNotWait() async throws {
        let capture = try EventCapture(of: Event<Int>("capture.cancelled.early"))
        let wait = Task {
            unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
            _ = try await capture.first()
        }
        await #expect(throws: CancellationError.self) { try await wait.value }
    }

    @Test
    func passesOnWhatThePredicateThrows() async throws {
        let event = Event<Int>("capture.predicate")
        let capture = try EventCapture(of: event)
        event.emit(1)
        await #expect(throws: Mishap.self) { try await capture.first { _ in throw Mishap() } }
    }

    @Test(arguments: [
        (
            CaptureError.timedOut(event: "a.b", after: .seconds(5), captured: 2, awaited: "3 events"),
            "After 5.0 seconds of waiting for 3 events of \"a.b\", 2 had been captured."
        ),
        (
            .stopped(event: "a.b", captured: 1, awaited: "a fitting event"),
            "The capture of \"a.b\" was stopped while a test waited for a fitting event; 1 had been captured."
        ),
    ])
    func errorsSayWhatHappened(error: CaptureError, description: String) {
        #expect(error.description == description)
    }
}

struct Mishap: Error {}

/// A clock whose sleeps end at once, after they emitted an event.
private struct EmittingClock: Clock {
    let event: Event<Int>

    var now: ContinuousClock.Instant { .now }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) { event.emit(1) }
}
