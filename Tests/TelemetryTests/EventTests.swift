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

    @Test
    func aSecondPayloadTypeMakesAnInertEvent() throws {
        let captured = Captured<Int>()
        let first = Event<Int>("event.typed")
        try registry.attach("event.typed", to: first) { captured.append($0) }
        let second = Event<String>("event.typed")
        let error = TelemetryError.payloadMismatch(
            event: "event.typed", declared: "Int", requested: "String")
        #expect(second.name == nil)
        #expect(throws: error) { try registry.attach("event.typed.b", to: second) { _ in } }
        second.emit("one")
        first.emit(1)
        #expect(captured.values == [1])
        #expect(registry.declarationErrors.contains(error))
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
