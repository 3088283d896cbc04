import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct HandlerRegistryTests {
    private let registry = HandlerRegistry.shared

    @Test
    func refusesAnIdThatIsTaken() throws {
        let captured = Captured<Int>()
        let event = Event<Int>("registry.taken")
        try registry.attach("registry.taken", to: event) { captured.append($0) }
        #expect(throws: TelemetryError.handlerExists("registry.taken")) {
            try registry.attach("registry.taken", to: Event<Int>("registry.taken.other")) { _ in }
        }
        event.emit(1)
        #expect(captured.values == [1])
    }

    @Test
    func doesNotCallAfterDetach() throws {
        let captured = Captured<Int>()
        let event = Event<Int>("registry.detached")
        try registry.attach("registry.detached", to: event) { captured.append($0) }
        event.emit(1)
        try registry.detach("registry.detached")
        event.emit(2)
        #expect(captured.values == [1])
    }

    @Test
    func refusesToDetachWhatIsNotAttached() throws {
        let missing = TelemetryError.handlerNotFound("registry.missing")
        #expect(throws: missing) { try registry.detach("registry.missing") }
        try registry.attach("registry.missing", to: Event<Int>("registry.missing")) { _ in }
        try registry.detach("registry.missing")
        #expect(throws: missing) { try registry.detach("registry.missing") }
    }

    @Test
    func attachesOneHandlerToManyEvents() throws {
        let events = ["registry.many.a", "registry.many.b"].map { Event<Int>($0) }
        let captured = Captured<String>()
        try registry.attachMany("registry.many", to: events) { captured.append("\($1) \($0)") }
        events[0].emit(1)
        events[1].emit(2)
        #expect(captured.values == ["registry.many.a 1", "registry.many.b 2"])
        try registry.detach("registry.many")
        #expect(events.allSatisfy { !$0.isObserved })
    }

    @Test
    func refusesToAttachToNoEventOrTwiceToOne() {
        let event = Event<Int>("registry.distinct")
        let error = TelemetryError.noDistinctEvents(handler: "registry.distinct")
        for events in [[], [event, event]] {
            #expect(throws: error) {
                try registry.attachMany("registry.distinct", to: events) { _, _ in }
            }
        }
        #expect(!event.isObserved)
    }

    @Test
    func attachesToAllEventsOrNone() {
        let good = Event<Int>("registry.all.good")
        #expect(throws: TelemetryError.malformedName("registry.all.", offset: 13)) {
            try registry.attachMany("registry.all", to: [good, Event("registry.all.")]) { _, _ in }
        }
        #expect(!good.isObserved)
        let missing = TelemetryError.handlerNotFound("registry.all")
        #expect(throws: missing) { try registry.detach("registry.all") }
    }

    @Test
    func listsByEventAndPrefix() throws {
        let events = ["a.one", "a.two", "ab"].map { Event<Int>("registry.list.\($0)") }
        try registry.attachMany("registry.list.first", to: events, policy: .keep) { _, _ in }
        try registry.attach("registry.list.second", to: events[0]) { _ in }
        #expect(entries(below: "registry.list.a.one") == ["registry.list.first", "registry.list.second"])
        #expect(entries(below: "registry.list.a").count == 3)
        #expect(entries(below: "registry.list").count == 4)
        #expect(registry.list().filter { $0.id.hasPrefix("registry.list.") }.count == 4)
        let entry = try #require(registry.list(prefix: "registry.list.ab").first)
        #expect(entry.id == "registry.list.first")
        #expect(entry.event.text == "registry.list.ab")
        #expect(entry.policy == .keep)
    }

    @Test(arguments: [
        "registry.listed.event.longer", "registry.listed.event.", "registry.listed.even", "listed",
    ])
    func listsNothingBelowAnythingElse(prefix: String) throws {
        let event = Event<Int>("registry.listed.event")
        try registry.attach("registry.listed \(prefix)", to: event) { _ in }
        #expect(entries(below: prefix) == [])
    }

    @Test
    func aHandlerDetachedByAnEarlierOneStillRunsInThatDispatch() throws {
        let event = Event<Int>("registry.snapshot")
        let captured = Captured<String>()
        try registry.attach("registry.snapshot.a", to: event) { payload in
            captured.append("a\(payload)")
            if payload == 1 { try HandlerRegistry.shared.detach("registry.snapshot.b") }
        }
        try registry.attach("registry.snapshot.b", to: event) { captured.append("b\($0)") }
        event.emit(1)
        event.emit(2)
        #expect(captured.values == ["a1", "b1", "a2"])
    }

    @Test
    func aHandlerMayDetachItself() throws {
        let event = Event<Int>("registry.itself")
        let captured = Captured<Int>()
        try registry.attach("registry.itself", to: event) { payload in
            try HandlerRegistry.shared.detach("registry.itself")
            captured.append(payload)
        }
        event.emit(1)
        event.emit(2)
        #expect(captured.values == [1])
    }

    @Test
    func aHandlerAttachedByAnotherRunsFromTheNextDispatch() throws {
        let event = Event<Int>("registry.later")
        let captured = Captured<String>()
        try registry.attach("registry.later.a", to: event) { payload in
            captured.append("a\(payload)")
            guard payload == 1 else { return }
            try HandlerRegistry.shared.attach("registry.later.b", to: event) { captured.append("b\($0)") }
        }
        event.emit(1)
        event.emit(2)
        #expect(captured.values == ["a1", "a2", "b2"])
    }

    @Test
    func aHandlerMayEmitItsOwnEventAndOthers() throws {
        let event = Event<Int>("registry.nested")
        let other = Event<Int>("registry.nested.other")
        let captured = Captured<String>()
        try registry.attach("registry.nested.other", to: other) { captured.append("other \($0)") }
        try registry.attach("registry.nested", to: event) { payload in
            captured.append("in \(payload)")
            other.emit(payload)
            if payload > 0 { event.emit(payload - 1) }
            captured.append("out \(payload)")
        }
        event.emit(1)
        #expect(captured.values == ["in 1", "other 1", "in 0", "other 0", "out 0", "out 1"])
    }

    private func entries(below prefix: String) -> [String] {
        registry.list(prefix: prefix).map(\.id)
    }
}
