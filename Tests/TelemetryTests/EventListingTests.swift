import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct EventListingTests {
    private let registry = HandlerRegistry.shared

    @Test
    func listsTypedAndUntypedEventsByName() throws {
        let untyped = Event<EventRecord>("listing.b")
        _ = Event<Int>("listing.c")
        _ = Event<HandlerFailure>("listing.a")
        _ = Event<Int>("listing.c")
        try registry.attach("listing.one", to: untyped) { _ in }
        try registry.attach("listing.two", to: untyped) { _ in }
        let events = registry.events(prefix: "listing")
        #expect(events.map(\.name.text) == ["listing.a", "listing.b", "listing.c"])
        #expect(events.map(\.payload) == ["Telemetry.HandlerFailure", "Telemetry.EventRecord", "Swift.Int"])
        #expect(events.map(\.handlerCount) == [0, 2, 0])
        #expect(events.map(\.isObserved) == [false, true, false])
        #expect(registry.list(prefix: "listing").map(\.id) == ["listing.one", "listing.two"])
    }

    @Test
    func listsByWholeSegments() {
        for name in ["listed.all", "listed.all.one", "listed.allofthem"] { _ = Event<Int>(name) }
        #expect(registry.events(prefix: "listed.all").map(\.name.text) == ["listed.all", "listed.all.one"])
        #expect(registry.events(prefix: "listed.al") == [])
        #expect(registry.events().contains { $0.name == HandlerRegistry.failure.name })
    }

    @Test
    func leavesOutInertEvents() {
        _ = Event<Int>("inert.first")
        _ = Event<Int>("inert..malformed")
        #expect(registry.events(prefix: "inert").map(\.payload) == ["Swift.Int"])
    }

    @Test
    func followsDetaching() throws {
        let event = Event<Int>("unlisted.event")
        try registry.attach("unlisted", to: event) { _ in }
        #expect(registry.events(prefix: "unlisted").map(\.isObserved) == [true])
        try registry.detach("unlisted")
        #expect(registry.events(prefix: "unlisted").map(\.isObserved) == [false])
    }
}
