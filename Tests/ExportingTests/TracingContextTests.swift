import Instrumentation
import ServiceContextModule
import Telemetry
import TelemetryMetrics
import Testing

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct TracingContextTests {
    /// A tracer that keeps its header under a key of its own, as tracers do.
    private struct Tracer: Instrument {
        enum Key: ServiceContextKey { typealias Value = String }

        func extract<Carrier, Extract>(
            _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
        ) where Extract: Extractor, Carrier == Extract.Carrier {}

        func inject<Carrier, Inject>(
            _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
        ) where Inject: Injector, Carrier == Inject.Carrier {
            injector.inject("x=y", forKey: "tracestate", into: &carrier)
            if let header = context[Key.self] {
                injector.inject(header, forKey: "Traceparent", into: &carrier)
            }
        }
    }

    // A process has one instrument; this is the only test that installs one.
    private static let installed: Void = InstrumentationSystem.bootstrap(Tracer())
    private static let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    private func within<Result>(_ header: String, _ body: () throws -> Result) rethrows -> Result {
        Self.installed
        var context = ServiceContext.topLevel
        context[Tracer.Key.self] = header
        return try ServiceContext.withValue(context, operation: body)
    }

    @Test func readsTheTraceOfTheTask() throws {
        let trace = within(Self.header) { TracingContext.current() }
        #expect(trace == (try TraceContext(traceparent: Self.header)))
    }

    @Test(arguments: ["", "00-0", "traceparent"])
    func takesNothingFromAMalformedHeader(header: String) {
        #expect(within(header) { TracingContext.current() } == nil)
    }

    @Test func hasNoneOutsideOfSpans() {
        Self.installed
        #expect(TracingContext.current() == nil)
    }

    @Test func isAskedFromTheFirstExporterOn() throws {
        _ = try Exporter(MetricSet([]))
        #expect(!TraceContext.installProvider { nil })
    }

    @Test func becomesAnExemplarOfAHistogram() throws {
        let event = Event<Double>("tracing.context.tests.observed")
        let exporter = try Exporter(
            MetricSet { Histogram("traced_seconds", "Traced.", of: event, observing: { $0 }) })
        // Another test may have installed the provider of this process.
        let trace = within(Self.header) { TracingContext.current() }
        TraceContext.withCurrent(trace) { event.emit(0.3) }
        let page = exporter.render(accept: "application/openmetrics-text; version=1.0.0")
        let line = String(decoding: page.bytes, as: UTF8.self).split(separator: "\n").first {
            $0.hasPrefix(#"traced_seconds_bucket{le="0.5"}"#)
        }
        let exemplar = #" 1 # {trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"} 0.3 "#
        #expect(try #require(line).contains(exemplar))
    }
}
