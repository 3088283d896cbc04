import Telemetry
import Testing

struct OwnerTests {
    private let registry = HandlerRegistry.shared

    @Test
    func handlesEventsWhileTheOwnerLives() throws {
        let event = Event<Int>("owner.lives")
        let owner = Captured<Int>()
        try registry.attach("owner.lives", to: event, owner: owner) { $0.append($1) }
        event.emit(1)
        event.emit(2)
        #expect(owner.values == [1, 2])
    }

    @Test
    func detachesWithoutAFailureOnceTheOwnerIsGone() throws {
        let event = Event<Int>("owner.gone")
        try attachToShortLivedOwner(event)
        #expect(event.isObserved)
        let reported = try failures(of: "owner.gone") { event.emit(1) }
        #expect(reported.isEmpty)
        #expect(!event.isObserved)
        #expect(throws: TelemetryError.handlerNotFound("owner.gone")) { try registry.detach("owner.gone") }
    }

    @Test
    func appliesThePolicyToWhatTheHandlerThrows() throws {
        let event = Event<Int>("owner.throws")
        let owner = Captured<Int>()
        try registry.attach("owner.throws", to: event, owner: owner, policy: .keep) { owner, payload in
            owner.append(payload)
            throw Mishap()
        }
        event.emit(1)
        event.emit(2)
        #expect(owner.values == [1, 2])
    }

    private func attachToShortLivedOwner(_ event: Event<Int>) throws {
        let owner = Captured<Int>()
        try registry.attach("owner.gone", to: event, owner: owner) { $0.append($1) }
        event.emit(0)
        #expect(owner.values == [0])
    }
}
