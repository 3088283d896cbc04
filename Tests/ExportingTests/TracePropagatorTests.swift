import Exporting
import Instrumentation
import Logging
import ServiceContextModule
import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TracePropagatorTests {
    private struct Headers: Extractor, Injector {
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
            carrier[key] = value
        }
    }

    private static let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func takesOverAndHandsOn() throws {
        var context = ServiceContext.topLevel
        TracePropagator().extract(["traceparent": Self.header], into: &context, using: Headers())
        #expect(context.traceContext == (try TraceContext(traceparent: Self.header)))
        var sent: [String: String] = [:]
        TracePropagator().inject(context, into: &sent, using: Headers())
        #expect(sent == ["traceparent": Self.header])
    }

    @Test(arguments: [nil, "", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", "x"])
    func withoutAHeaderThatCanBeReadThereIsNone(_ header: String?) {
        var context = ServiceContext.topLevel
        TracePropagator().extract(header.map { ["traceparent": $0] } ?? [:], into: &context, using: Headers())
        #expect(context.traceContext == nil)
        var sent: [String: String] = [:]
        TracePropagator().inject(context, into: &sent, using: Headers())
        #expect(sent.isEmpty)
    }

    @Test func logsTheTraceOfTheTask() throws {
        let provider = Logger.MetadataProvider.trace
        try TraceContext.withCurrent(TraceContext(traceparent: Self.header)) {
            #expect(
                provider.get() == [
                    "trace_id": "0af7651916cd43dd8448eb211c80319c", "span_id": "b7ad6b7169203331",
                ])
        }
        TraceContext.withCurrent(nil) { #expect(provider.get() == [:]) }
    }
}
