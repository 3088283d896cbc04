import Telemetry
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
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

    /// Before any event comes, and whatever would leave that out.
    @Test(.serialized, arguments: [Sampling.all, .fraction(0.001)])
    func isListedNoMoreOnceTheOwnerIsGone(_ sampling: Sampling) throws {
        let event = Event<Int>("owner.listed")
        try attachToShortLivedOwner(event, sampling: sampling)
        #expect(event.isObserved)
        #expect(registry.list(prefix: "owner.listed").isEmpty)
        #expect(!event.isObserved)
        try attachToShortLivedOwner(event, sampling: sampling)
        #expect(registry.events(prefix: "owner.listed").map(\.handlerCount) == [0])
    }

    @Test
    func leavesItsIDToOthersOnceTheOwnerIsGone() throws {
        let event = Event<Int>("owner.id")
        try attachToShortLivedOwner(event)
        let seen = Captured<Int>()
        try registry.attach("owner.id", to: event) { seen.append($0) }
        event.emit(3)
        #expect(seen.values == [3])
        let owner = Captured<Int>()
        #expect(throws: TelemetryError.handlerExists("owner.id")) {
            try registry.attach("owner.id", to: event, owner: owner) { $0.append($1) }
        }
        try registry.detach("owner.id")
    }

    /// Whose last reference may be the one of who asks.
    @Test
    func anOwnerMayUseTheRegistryWhenItGoes() throws {
        final class Owner: Sendable {
            deinit { _ = HandlerRegistry.shared.list(prefix: "owner") }
        }
        let event = Event<Int>("owner.uses")
        let rounds = Captured<Int>()
        try onThreads(1) { _ in
            spin {
                _ = HandlerRegistry.shared.list(prefix: "owner.uses")
                return rounds.values.count >= 200
            }
        } meanwhile: {
            for round in 0..<200 {
                try registry.attach("owner.uses", to: event, owner: Owner()) { _, _ in }
                rounds.append(round)
            }
        }
        #expect(registry.list(prefix: "owner.uses").isEmpty)
    }

    /// Its id is the event's name.
    private func attachToShortLivedOwner(_ event: Event<Int>, sampling: Sampling = .all) throws {
        let owner = Captured<Int>()
        let id = try #require(event.name).text
        try registry.attach(id, to: event, owner: owner, sampling: sampling) { $0.append($1) }
        if sampling == .all {
            event.emit(0)
            #expect(owner.values == [0])
        }
    }
}
