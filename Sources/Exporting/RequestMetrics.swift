import Microhttpd
import Synchronization
import TelemetryMetrics

/// What became of HTTP requests; thread-safe.
final class RequestMetrics: Sendable {
    /// What an answer is counted by.
    private struct Kind: Hashable {
        let handler: String
        let status: Int
    }

    private struct Known {
        var requests: [Kind: SeriesHandle] = [:]
        var bytes: [String: SeriesHandle] = [:]
    }

    private let requests: Family
    private let bytes: Family
    /// Of what there was, so that a request looks up neither by labels; as many as there are routes and statuses.
    private let known = Mutex<Known>(Known())

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
            labels: ["handler"], unit: .bytes)
        size.buckets = .exponential(start: 1024, factor: 16, count: 5)
        size.keepsExemplars = false
        bytes = try store.register(size, isInternal: true)
    }

    /// Notes a request that is over; paths are those of routes, never what a client sent.
    func finished(_ request: FinishedRequest) {
        guard let status = request.status else { return }
        let handler = request.route ?? Self.noHandler
        count(Kind(handler: handler, status: status))
        if request.isComplete { size(of: handler)?.record(Double(request.bodyBytes)) }
    }

    /// Notes an answer to a request that nobody could read.
    func refused(status: Int) { count(Kind(handler: Self.noHandler, status: status)) }

    private func count(_ kind: Kind) {
        if let series = known.withLock({ $0.requests[kind] }) { return series.increment() }
        // Outside of the lock, as this takes that of the table; nil where there is no memory.
        let labels = [kind.handler, "\(kind.status)"]
        guard let series = requests.handle(labels: labels) else { return requests.add(1, labels: labels) }
        known.withLock { $0.requests[kind] = series }
        series.increment()
    }

    private func size(of handler: String) -> SeriesHandle? {
        if let series = known.withLock({ $0.bytes[handler] }) { return series }
        guard let series = bytes.handle(labels: [handler]) else { return nil }
        known.withLock { $0.bytes[handler] = series }
        return series
    }
}
