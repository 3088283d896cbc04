import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct HandlerFailureTests {
    private let registry = HandlerRegistry.shared

    @Test
    func detachesFromAllEventsOnAFailureInOne() throws {
        let events = ["failure.detach.a", "failure.detach.b"].map { Event<Int>($0) }
        let captured = Captured<Int>()
        try registry.attachMany("failure.detach", to: events) { payload, _ in
            captured.append(payload)
            throw Mishap()
        }
        events[0].emit(1)
        events[0].emit(2)
        events[1].emit(3)
        #expect(captured.values == [1])
        #expect(registry.list(prefix: "failure.detach") == [])
    }

    @Test
    func othersRunInSpiteOfAFailure() throws {
        let event = Event<Int>("failure.others")
        let captured = Captured<String>()
        try registry.attach("failure.others.a", to: event) { captured.append("a\($0)") }
        try registry.attach("failure.others.b", to: event) { _ in throw Mishap() }
        try registry.attach("failure.others.c", to: event) { captured.append("c\($0)") }
        event.emit(1)
        event.emit(2)
        #expect(captured.values == ["a1", "c1", "a2", "c2"])
    }

    @Test
    func saysWhatFailed() throws {
        let event = Event<Int>("failure.fields")
        let began = ContinuousClock.now
        let reported = try failures(of: "failure.fields") {
            try registry.attach("failure.fields", to: event, policy: .keep) { throw Mishap(code: $0) }
            event.emit(42)
        }
        let failure = try #require(reported.first)
        #expect(reported.count == 1)
        #expect(failure.event == (try EventName("failure.fields")))
        #expect(failure.handlerID == "failure.fields")
        #expect(failure.error as? Mishap == Mishap(code: 42))
        #expect(failure.policy == .keep)
        #expect(failure.kind == .error)
        #expect(failure.errorType == "Mishap")
        #expect((began...ContinuousClock.now).contains(failure.monotonicTime))
        #expect(failure.systemTime > .seconds(1_700_000_000))
    }

    @Test(
        .serialized,
        arguments: [
            (HandlerPolicy.detach, nil), (.keep, Duration.zero),
            (.quarantine(initial: .seconds(2), maximum: .seconds(3)), .seconds(2)),
            (.quarantine(initial: .seconds(4), maximum: .seconds(3)), .seconds(3)),
            (.quarantine(initial: .seconds(-1), maximum: .seconds(-1)), .zero),
        ])
    func saysWhenTheHandlerIsCalledAgain(policy: HandlerPolicy, expected: Duration?) throws {
        let id = "failure.again \(policy)"
        let event = Event<Int>("failure.again")
        let reported = try failures(of: id) {
            try registry.attach(id, to: event, policy: policy) { _ in throw Mishap() }
            event.emit(1)
        }
        #expect(reported.map(\.retryDelay) == [expected])
        if policy != .detach { try registry.detach(id) }
    }

    @Test
    func tellsACancellationFromAnError() throws {
        let event = Event<Int>("failure.kind")
        let reported = try failures(of: "failure.kind") {
            try registry.attach("failure.kind", to: event) { _ in throw CancellationError() }
            event.emit(1)
        }
        #expect(reported.map(\.kind) == [.cancellation])
    }

    @Test
    func countsFailuresInARowUntilTheHandlerSucceeds() throws {
        let event = Event<Bool>("failure.row")
        let reported = try failures(of: "failure.row") {
            try registry.attach("failure.row", to: event, policy: .keep) { if $0 { throw Mishap() } }
            for fails in [true, true, true, false, false, true, false, true, true] { event.emit(fails) }
        }
        #expect(reported.map(\.consecutiveFailures) == [1, 2, 3, 1, 1, 2])
        #expect(registry.list(prefix: "failure.row").map(\.consecutiveFailures) == [2])
    }

    @Test
    func theFailureIsEmittedAfterTheHandlerWasDetached() throws {
        let event = Event<Int>("failure.after")
        let observed = Captured<Bool>()
        try registry.attach("failure.after.watcher", to: HandlerRegistry.failure) { failure in
            if failure.handlerID == "failure.after" { observed.append(event.isObserved) }
        }
        try registry.attach("failure.after", to: event) { _ in throw Mishap() }
        event.emit(1)
        #expect(observed.values == [false])
    }

    @Test(arguments: [
        HandlerPolicy.detach, .keep, .quarantine(initial: .zero, maximum: .zero), .quarantine,
    ])
    func aFailingFailureHandlerEnds(policy: HandlerPolicy) throws {
        let id = "failure.loop \(policy)"
        let calls = Captured<String>()
        // An event for each policy: the cases run at the same time.
        let event = Event<Int>("failure.loop.\(String("\(policy)".filter { $0.isLetter || $0.isNumber }))")
        try registry.attach("\(id) handler", to: HandlerRegistry.failure, policy: policy) { failure in
            guard failure.handlerID.hasPrefix(id) else { return }
            calls.append(failure.handlerID)
            throw Mishap()
        }
        try registry.attach("\(id) event", to: event, policy: .keep) { _ in throw Mishap() }
        event.emit(1)
        #expect(calls.values == ["\(id) event"])
        try registry.detach("\(id) event")
        #expect(registry.list().contains { $0.id == "\(id) handler" } == (policy != .detach))
    }

    @Test
    func aDetachedFailureHandlerIsReportedToTheOthers() throws {
        let event = Event<Int>("failure.reported")
        let reported = try failures(of: "failure.reported") {
            try registry.attach("failure.reported.handler", to: HandlerRegistry.failure) { failure in
                if failure.handlerID == "failure.reported" { throw Mishap(code: 2) }
            }
            try registry.attach("failure.reported", to: event) { _ in throw Mishap(code: 1) }
            event.emit(1)
        }
        #expect(Set(reported.map(\.handlerID)) == ["failure.reported", "failure.reported.handler"])
    }

    @Test
    func aFailureLeavesAnotherHandlerOfTheSameIdAlone() throws {
        let event = Event<Int>("failure.replaced")
        let captured = Captured<Int>()
        try registry.attach("failure.replaced", to: event) { _ in
            try HandlerRegistry.shared.detach("failure.replaced")
            try HandlerRegistry.shared.attach("failure.replaced", to: event) { captured.append($0) }
            throw Mishap()
        }
        event.emit(1)
        event.emit(2)
        #expect(captured.values == [2])
    }
}
