import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SpanEventsTests {
    @Test
    func emitsStartAndStop() throws {
        let log = try SpanLog("span.sync")
        let result = log.events.span("in") { () -> (Int, Int) in
            log.captured.append("body")
            return (5, 9)
        }
        #expect(result == 5)
        #expect(log.captured.values == ["start in", "body", "stop 9"])
    }

    @Test
    func emitsStartAndStopAroundAnAsynchronousBody() async throws {
        let log = try SpanLog("span.async")
        let result = await log.events.span("in") { () async -> (Int, Int) in
            await Task.yield()
            log.captured.append("body")
            return (5, 9)
        }
        #expect(result == 5)
        #expect(log.captured.values == ["start in", "body", "stop 9"])
    }

    @Test
    func emitsTheExceptionAndThrowsItOnWithItsType() throws {
        let log = try SpanLog("span.throws")
        do throws(Mishap) {
            let _: Int = try log.events.span("in") { () throws(Mishap) in throw Mishap(code: 3) }
            Issue.record("the span returned")
        } catch {
            #expect(error.code == 3)
        }
        #expect(log.captured.values == ["start in", "exception in Mishap(code: 3)"])
    }

    @Test
    func emitsTheExceptionOfAnAsynchronousBody() async throws {
        let log = try SpanLog("span.throws.async")
        do throws(Mishap) {
            let _: Int = try await log.events.span("in") { () async throws(Mishap) in
                await Task.yield()
                throw Mishap(code: 3)
            }
            Issue.record("the span returned")
        } catch {
            #expect(error.code == 3)
        }
        #expect(log.captured.values == ["start in", "exception in Mishap(code: 3)"])
    }

    @Test
    func mayEndWithNothing() async throws {
        let events = SpanEvents<String, Void>("span.void")
        let captured = Captured<String>()
        try HandlerRegistry.shared.attach("span.void.start", to: events.start) {
            captured.append($0.metadata)
        }
        try HandlerRegistry.shared.attach("span.void.stop", to: events.stop) { _ in captured.append("stop") }
        try HandlerRegistry.shared.attach("span.void.exception", to: events.exception) {
            captured.append("\($0.error)")
        }
        #expect(events.span("a") { 5 } == 5)
        let awaited = await events.span("b") {
            await Task.yield()
            return 6
        }
        #expect(awaited == 6)
        #expect(throws: Mishap.self) { try events.span("c") { () throws(Mishap) in throw Mishap(code: 1) } }
        #expect(captured.values == ["a", "stop", "b", "stop", "c", "Mishap(code: 1)"])
    }

    @Test
    func repeatsTheMetadataWhereNoneIsGivenForTheStop() async throws {
        let events = SpanEvents<String, String>("span.repeats")
        let captured = Captured<String>()
        try HandlerRegistry.shared.attach("span.repeats", to: events.stop) { captured.append($0.metadata) }
        #expect(events.span("a") { 1 } == 1)
        #expect(await events.span("b") { () async in 2 } == 2)
        #expect(captured.values == ["a", "b"])
    }

    @Test
    func measuresFromStartToEnd() throws {
        let events = SpanEvents<Int, Int>("span.times")
        let starts = Captured<SpanStart<Int>>()
        let stops = Captured<SpanStop<Int>>()
        try HandlerRegistry.shared.attach("span.times.start", to: events.start) { starts.append($0) }
        try HandlerRegistry.shared.attach("span.times.stop", to: events.stop) { stops.append($0) }
        events.span(1) {}
        let start = try #require(starts.values.first)
        let stop = try #require(stops.values.first)
        #expect(start.context == stop.context)
        #expect(stop.duration == stop.monotonicTime - start.monotonicTime)
        #expect(stop.duration >= .zero)
        #expect(start.systemTime > .seconds(1_700_000_000))
    }

    @Test
    func nestedSpansKnowTheirParents() async throws {
        let events = SpanEvents<Int, Int>("span.nested")
        let captured = Captured<SpanContext>()
        try HandlerRegistry.shared.attach("span.nested", to: events.start) { captured.append($0.context) }
        await events.span(1) { () async in
            events.span(2) {}
            events.span(3) {}
        }
        #expect(SpanContext.current == nil)
        let contexts = captured.values
        try #require(contexts.count == 3)
        #expect(Set(contexts.map(\.id)).count == 3)
        #expect(contexts.map(\.parent) == [nil, contexts[0].id, contexts[0].id])
    }

    @Test
    func makesNoContextWhileNobodyListens() async throws {
        let events = SpanEvents<Int, Int>("span.unobserved")
        let outer = SpanEvents<Int, Int>("span.unobserved.outer")
        try HandlerRegistry.shared.attach("span.unobserved", to: outer.start) { _ in }
        #expect(!events.isObserved)
        #expect(events.span(1) { SpanContext.current } == nil)
        #expect(await events.span(1) { () async in SpanContext.current } == nil)
        let (around, within) = outer.span(1) {
            (SpanContext.current, events.span(1) { SpanContext.current })
        }
        #expect(around != nil)
        #expect(within == around)
    }

    @Test(arguments: ["start", "stop", "exception"])
    func isObservedByAHandlerOfAnyOfTheThree(suffix: String) throws {
        let prefix = "span.any.\(suffix)"
        let events = SpanEvents<Int, Int>(prefix)
        let id = "span.any.\(suffix)"
        switch suffix {
        case "start": try HandlerRegistry.shared.attach(id, to: events.start) { _ in }
        case "stop": try HandlerRegistry.shared.attach(id, to: events.stop) { _ in }
        default: try HandlerRegistry.shared.attach(id, to: events.exception) { _ in }
        }
        #expect(events.isObserved)
        #expect(events.span(1) { SpanContext.current } != nil)
        #expect(HandlerRegistry.shared.list(prefix: prefix).map(\.event.text) == ["\(prefix).\(suffix)"])
    }

    @Test
    func runsTheBodyBelowAMalformedPrefix() {
        let events = SpanEvents<Int, Int>("span..malformed")
        #expect(events.span(1) { 4 } == 4)
        #expect(events.start.name == nil)
    }
}

/// A span whose events are written down in words.
private struct SpanLog {
    let events: SpanEvents<String, Int>
    let captured = Captured<String>()

    init(_ prefix: String) throws {
        events = SpanEvents(prefix)
        let captured = captured
        let registry = HandlerRegistry.shared
        try registry.attach("\(prefix).start", to: events.start) { captured.append("start \($0.metadata)") }
        try registry.attach("\(prefix).stop", to: events.stop) { captured.append("stop \($0.metadata)") }
        try registry.attach("\(prefix).exception", to: events.exception) {
            captured.append("exception \($0.metadata) \($0.error)")
        }
    }
}
