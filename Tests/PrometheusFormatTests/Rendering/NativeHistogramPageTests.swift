import PrometheusFormat
import Telemetry
import TelemetryMetrics
import Testing

/// Native histograms on their way from an event to the pages of all formats.
@Suite(.timeLimit(.minutes(5)))
struct NativeHistogramPageTests {
    private let event = Event<Order>(Page.freshID())
    private let payment = Label("payment", \Order.payment)

    /// A histogram whose buckets are powers of two, with one slow observation in a trace.
    private func page() throws -> Page {
        let buckets = Buckets.native(NativeBuckets(growthFactor: 2, zeroThreshold: 0.01))
        let page = try Page {
            Histogram("n_seconds", "N.", of: event, observing: \.amount, buckets: buckets, labels: payment)
        }
        for amount in [0, 1, 1.5, 2, 64] { event.emit(Order(amount: amount)) }
        let trace = try #require(TraceContext(traceID: TraceID(high: 0xA, low: 0xB), spanID: 0xC))
        TraceContext.withCurrent(trace) { event.emit(Order(amount: 2000)) }
        return page
    }

    @Test func haveAllBucketsInProtobuf() throws {
        let exemplar =
            #"exemplar{label{name:"trace_id" value:"000000000000000a000000000000000b"} "#
            + #"label{name:"span_id" value:"000000000000000c"} value:2000.0 at{s:1700000000 ns:0}}"#
        #expect(
            try WireReader.page(PageRenderer(page().store, format: .protobuf).bytes()) == [
                #"name:"n_seconds" help:"N." type:4 unit:"seconds" metric{label{name:"payment" value:"card"} "#
                    + "histogram{count:6 sum:2068.5 bucket{count:6 bound:inf \(exemplar)} "
                    + "schema:0 threshold:0.01 zeros:1 pspan{offset:0 length:2} pspan{offset:4 length:1} "
                    + "pspan{offset:4 length:1} pdelta:1 pdelta:1 pdelta:-1 pdelta:0 "
                    + #"created{s:1700000000 ns:0} \#(exemplar)}}"#
            ])
    }

    @Test func haveTheirTotalsInText() throws {
        let page = try page()
        #expect(
            page.text(.text) == """
                # HELP n_seconds N.
                # TYPE n_seconds histogram
                n_seconds_bucket{payment="card",le="+Inf"} 6
                n_seconds_sum{payment="card"} 2068.5
                n_seconds_count{payment="card"} 6

                """)
        let exemplar = #"{trace_id="000000000000000a000000000000000b",span_id="000000000000000c"}"#
        #expect(
            page.text(.openMetrics) == """
                # TYPE n_seconds histogram
                # UNIT n_seconds seconds
                # HELP n_seconds N.
                n_seconds_bucket{payment="card",le="+Inf"} 6 # \(exemplar) 2000 1700000000.000
                n_seconds_sum{payment="card"} 2068.5
                n_seconds_count{payment="card"} 6
                # EOF

                """)
        #expect(page.fault == nil)
    }
}
