import Synchronization
import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct EventTests {
    private let registry = HandlerRegistry.shared

    @Test
    func callsTheHandlerWithThePayload() throws {
        let event = Event<String>("event.payload")
        let captured = Captured<String>()
        try registry.attach("event.payload", to: event) { captured.append($0) }
        event.emit("one")
        event.emit(eagerly: "two")
        #expect(captured.values == ["one", "two"])
    }

    @Test
    func isObservedWhileAHandlerIsAttached() throws {
        let event = Event<Int>("event.observed")
        #expect(!event.isObserved)
        try registry.attach("event.observed", to: event) { _ in }
        #expect(event.isObserved)
        try registry.detach("event.observed")
        #expect(!event.isObserved)
    }

    @Test
    func evaluatesThePayloadOnlyWhileObserved() throws {
        let event = Event<Int>("event.lazy")
        var evaluated = 0
        func payload() -> Int {
            evaluated += 1
            return evaluated
        }
        event.emit(payload())
        #expect(evaluated == 0)
        try registry.attach("event.lazy.a", to: event) { _ in }
        try registry.attach("event.lazy.b", to: event) { _ in }
        event.emit(payload())
        #expect(evaluated == 1)
    }

    @Test
    func isTheSameEventByNameAndPayload() throws {
        let captured = Captured<Int>()
        try registry.attach("event.same", to: Event<Int>("event.same")) { captured.append($0) }
        Event<Int>("event.same").emit(7)
        #expect(captured.values == [7])
        #expect(Event<Int>("event.same").name == Event<Int>("event.same").name)
    }

    @Test
    func knowsItsName() throws {
        #expect(Event<Int>("event.named").name == (try EventName("event.named")))
    }

    @Test
    func firesNeitherForPrefixesNorForLongerNames() throws {
        let captured = Captured<Int>()
        try registry.attach("event.exact", to: Event<Int>("event.exact.name")) { captured.append($0) }
        Event<Int>("event.exact").emit(1)
        Event<Int>("event.exact.name.more").emit(2)
        Event<Int>("event.exact.names").emit(3)
        #expect(captured.values == [])
        Event<Int>("event.exact.name").emit(4)
        #expect(captured.values == [4])
    }

    @Test
    func aMalformedNameMakesAnInertEvent() {
        let event = Event<Int>("event..inert")
        let error = TelemetryError.malformedName("event..inert", offset: 6)
        #expect(event.name == nil)
        #expect(throws: error) { try registry.attach("event.inert", to: event) { _ in } }
        event.emit(1)
        #expect(!event.isObserved)
        #expect(registry.declarationErrors.contains(error))
        #expect(registry.list().allSatisfy { $0.id != "event.inert" })
    }

    /// Who came first is an accident: the one that is meant may be either.
    @Test
    func twoPayloadTypesOfANameBothWorkAndAreSaid() throws {
        let captured = Captured<String>()
        let place = SourcePlace(file: #fileID, line: #line + 1)
        let first = Event<Int>("event.typed")
        #expect(registry.mismatch(of: try EventName("event.typed")) == nil)
        let second = Event<String>("event.typed")
        try registry.attach("event.typed.a", to: first) { captured.append("\($0)") }
        try registry.attach("event.typed.b", to: second) { captured.append($0) }
        second.emit("one")
        first.emit(1)
        #expect(captured.values == ["one", "1"])
        let error = TelemetryError.payloadMismatch(
            event: "event.typed", declared: "Int", declaredAt: place, requested: "String",
            requestedAt: SourcePlace(file: place.file, line: place.line + 2))
        #expect(registry.declarationErrors.contains(error))
        #expect(registry.mismatch(of: try EventName("event.typed")) == error)
        #expect(registry.events(prefix: "event.typed").map(\.payload) == ["Swift.Int", "Swift.String"])
        try registry.detach("event.typed.a")
        first.emit(2)
        second.emit("two")
        #expect(captured.values == ["one", "1", "two"])
        try registry.detach("event.typed.b")
        #expect(registry.list(prefix: "event.typed").isEmpty)
    }

    @Test
    func aHandlerThatEmitsItsOwnEventEndsAtALimit() throws {
        let event = Event<Int>("event.nested")
        let deepest = Captured<Int>()
        let failures = Captured<String>()
        try registry.attach("event.nested.failures", to: HandlerRegistry.failure) { failure in
            if failure.handlerID == "event.nested" { failures.append("\(failure.error)") }
        }
        try registry.attach("event.nested", to: event, policy: .keep) { depth in
            deepest.append(depth)
            event.emit(depth + 1)
        }
        for _ in 0..<2 { event.emit(1) }
        #expect(deepest.values == Array(1...NestedTooDeeply.limit) + Array(1...NestedTooDeeply.limit))
        #expect(
            failures.values
                == Array(
                    repeating: "It was to run within 16 other handlers: handlers emit each other's events.",
                    count: 2))
        try registry.detach("event.nested")
        try registry.detach("event.nested.failures")
    }

    @Test
    func runsHandlersInOrderOfAttachment() throws {
        let event = Event<Int>("event.order")
        let captured = Captured<String>()
        for id in ["z", "a", "m", "b"] {
            try registry.attach("event.order.\(id)", to: event) { _ in captured.append(id) }
        }
        event.emit(1)
        try registry.detach("event.order.a")
        event.emit(1)
        #expect(captured.values == ["z", "a", "m", "b", "z", "m", "b"])
    }
}
