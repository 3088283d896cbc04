// Distributions: histograms with boundaries, native ones, summaries, and exemplars.

import Heliograph

enum Requests {
    struct Answered: Sendable {
        var elapsed: Duration
        var bytes: Int
    }
    static let answered = Event<Answered>("http.request.answered")
}

let bounded = MetricSet {
    Histogram(
        "http_request_seconds", "Time to answer.", of: Requests.answered, observing: \.elapsed,
        buckets: [0.01, 0.1, 1])
    Histogram(
        "http_response_bytes", "Size of answers.", of: Requests.answered, observing: \.bytes,
        buckets: .exponential(start: 256, factor: 4, count: 8))
}

let native = Histogram(
    "http_request_duration_seconds", "Time to answer.", of: Requests.answered, observing: \.elapsed,
    buckets: .native())

let both = Histogram(
    "http_request_both_seconds", "Time to answer.", of: Requests.answered, observing: \.elapsed,
    buckets: Buckets([0.01, 0.1, 1], native: NativeBuckets()))

var limited = NativeBuckets(growthFactor: 1.05, limit: 100)
limited.largestZeroThreshold = 1e-6
limited.resetAfter = .seconds(3600)
let fine = Histogram(
    "http_request_fine_seconds", "Time to answer.", of: Requests.answered, observing: \.elapsed,
    buckets: .native(limited))

let summary = Summary(
    "http_request_latency_seconds", "Time to answer.", of: Requests.answered, observing: \.elapsed,
    quantiles: [0.5, 0.99, 1], window: .seconds(300), relativeError: 0.005)

let quiet = Histogram(
    "http_request_quiet_seconds", "Time to answer.", of: Requests.answered, observing: \.elapsed
)
.withoutExemplars()

let exporter = try Exporter(
    MetricSet {
        bounded
        native
        both
        fine
        summary
        quiet
    })

let incoming = try TraceContext(traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
TraceContext.withCurrent(incoming) {
    Requests.answered.emit(.init(elapsed: .milliseconds(250), bytes: 4096))
}

let page = exporter.render(accept: "application/openmetrics-text;version=1.0.0")
print(String(decoding: page.bytes, as: UTF8.self))
