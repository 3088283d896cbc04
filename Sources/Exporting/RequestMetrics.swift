import Microhttpd
import TelemetryMetrics

/// What became of HTTP requests.
struct RequestMetrics: Sendable {
    private let requests: Family
    private let bytes: Family

    /// The handler of requests that lead to no route.
    private static let noHandler = "none"

    /// Registers them in `store`.
    init(store: MetricStore) throws(DefinitionErrors) {
        requests = try store.register(
            MetricDefinition(
                .counter, name: "heliograph_http_requests_total",
                help: "HTTP requests that were answered, by the path of their handler and the status code.",
                labels: ["handler", "code"]), isInternal: true)
        var size = MetricDefinition(
            .histogram, name: "heliograph_http_response_size_bytes",
            help: "Bytes of the bodies of answers as they were sent, by the path of the handler.",
            labels: ["handler"], unit: .byte)
        size.buckets = .exponential(start: 1024, factor: 16, count: 5)
        size.keepsExemplars = false
        bytes = try store.register(size, isInternal: true)
    }

    /// Notes a request that is over; paths are those of routes, never what a client sent.
    func finished(_ request: FinishedRequest) {
        guard let status = request.status else { return }
        let handler = request.route ?? Self.noHandler
        requests.add(1, labels: [handler, "\(status)"])
        if request.isComplete { bytes.handle(labels: [handler])?.record(Double(request.bodyBytes)) }
    }

    /// Notes an answer to a request that nobody could read.
    func refused(status: Int) { requests.add(1, labels: [Self.noHandler, "\(status)"]) }
}
