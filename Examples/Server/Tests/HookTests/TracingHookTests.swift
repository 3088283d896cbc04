import HeliographTracing
import InMemoryTracing
import TelemetryTesting
import Testing
import Tracing

@Suite(.timeLimit(.minutes(5)))
struct TracingHookTests {
    private struct Broken: Error {}

    private struct Moment: TracerInstant {
        let nanosecondsSinceEpoch: UInt64

        static func < (one: Moment, other: Moment) -> Bool {
            one.nanosecondsSinceEpoch < other.nanosecondsSinceEpoch
        }
    }

    private let base = InMemoryTracer()
    private var tracer: ObservedTracer<InMemoryTracer> { ObservedTracer(base) }

    @Test func aSpanIsSaidByItsLastNameWithItsDuration() throws {
        let ended = try withCapture(of: TracingEvents.stop) { capture in
            let span = tracer.startSpan(
                "first", ofKind: .producer, at: Moment(nanosecondsSinceEpoch: 1_000_000_000))
            span.operationName = "last"
            span.end(at: Moment(nanosecondsSinceEpoch: 3_500_000_000))
            return capture.events
        }
        #expect(ended.map(\.operation) == ["last"])
        #expect(ended.map(\.kind) == [.producer])
        #expect(ended.map(\.duration) == [.milliseconds(2500)])
        #expect(base.finishedSpans.map(\.operationName) == ["last"])
    }

    @Test func anEndBeforeTheStartTakesNoTime() throws {
        let ended = try withCapture(of: TracingEvents.stop) { capture in
            tracer.startSpan("back", at: Moment(nanosecondsSinceEpoch: 5))
                .end(at: Moment(nanosecondsSinceEpoch: 3))
            return capture.events
        }
        #expect(ended.map(\.duration) == [.zero])
    }

    @Test func errorsAreSeen() throws {
        let ended = try withCapture(of: TracingEvents.stop) { capture in
            #expect(throws: Broken.self) { try tracer.withSpan("throws") { _ in throw Broken() } }
            tracer.withSpan("records") { $0.recordError(Broken()) }
            tracer.withSpan("says so") { $0.setStatus(SpanStatus(code: .error)) }
            tracer.withSpan("is well") { $0.setStatus(SpanStatus(code: .ok)) }
            return capture.events
        }
        #expect(ended.map(\.isError) == [true, true, true, false])
        #expect(base.finishedSpans.first?.errors.first?.error is Broken)
    }

    @Test func theSpanIsAroundTheEvent() throws {
        let attached = try #require(try? EventCapture(of: TracingEvents.stop))
        defer { attached.stop() }
        let span = tracer.startSpan("around")
        #expect(span.context.inMemorySpanContext?.spanID != nil)
        tracer.withSpan("outer") { outer in
            #expect(ServiceContext.current?.inMemorySpanContext == outer.context.inMemorySpanContext)
        }
        span.end()
    }
}
