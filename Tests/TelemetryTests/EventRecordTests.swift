import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct EventRecordTests {
    private let registry = HandlerRegistry.shared

    @Test
    func executesByName() throws {
        let captured = Captured<EventRecord>()
        try registry.attach("record.named", to: Event<EventRecord>("record.named")) { captured.append($0) }
        let name = try EventName("record.named")
        registry.execute(name, measurements: ["duration": 0.5], metadata: ["route": "/"])
        registry.execute(name, measurements: ["count": 1])
        #expect(
            captured.values == [
                EventRecord(measurements: ["duration": 0.5], metadata: ["route": "/"]),
                EventRecord(measurements: ["count": 1], metadata: [:]),
            ])
    }

    @Test
    func doesNothingForAnUndeclaredName() throws {
        registry.execute(try EventName("record.undeclared"), measurements: [:])
        let event = Event<Int>("record.undeclared")
        #expect(event.name != nil)
    }

    @Test
    func doesNothingForAnotherPayload() throws {
        let captured = Captured<Int>()
        try registry.attach("record.other", to: Event<Int>("record.other")) { captured.append($0) }
        registry.execute(try EventName("record.other"), measurements: ["value": 1])
        #expect(captured.values == [])
    }
}
