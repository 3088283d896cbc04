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
        #expect(ended.map(\.outcome) == [.failed, .failed, .failed, .completed])
        #expect(base.finishedSpans.first?.errors.first?.error is Broken)
    }

    @Test func aCancelledSpanHasNotFailed() async throws {
        let capture = try EventCapture(of: TracingEvents.stop)
        defer { capture.stop() }
        #expect(throws: CancellationError.self) {
            try tracer.withSpan("is cancelled") { _ in throw CancellationError() }
        }
        let running = Task { [tracer] in
            try await tracer.withSpan("wraps its cancellation") { _ in
                do { try await Task.sleep(for: .seconds(1000)) } catch { throw Broken() }
            }
        }
        running.cancel()
        await #expect(throws: Broken.self) { try await running.value }
        tracer.withSpan("fails too") { span in
            span.recordError(CancellationError())
            span.recordError(Broken())
        }
        let names = ["is cancelled", "wraps its cancellation", "fails too"]
        let outcomes = names.map { name in capture.events.first { $0.operation == name }?.outcome }
        #expect(outcomes == [.cancelled, .cancelled, .failed])
    }

    @Test func anActiveSpanIsFoundByItsContext() async throws {
        let capture = try EventCapture(of: TracingEvents.stop)
        defer { capture.stop() }
        let span = tracer.startSpan("found")
        let found = try #require(tracer.activeSpan(identifiedBy: span.context))
        #expect(found === span)
        found.recordError(Broken())
        let inner = tracer.startSpan("within", context: span.context)
        #expect(tracer.activeSpan(identifiedBy: inner.context) === inner)
        inner.end()
        span.end()
        #expect(tracer.activeSpan(identifiedBy: span.context) == nil)
        #expect(capture.events.first { $0.operation == "found" }?.outcome == .failed)
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
