import Linux
import Synchronization

/// What libmicrohttpd's threads share: immutable but for the counters and the connection table.
final class ServerContext: Sendable {
    let configuration: HTTPServer.Configuration
    let connections: ConnectionTable
    /// Wakes the acceptor.
    let wake: WakeUp
    /// Signals the end of the last request during a stop.
    let drained: WakeUp
    private let router: Router
    private let gzip: GzipPool
    private let lastMessage = Mutex("no reason given")
    // Relaxed order would do for the count alone; the drain at a stop needs to see it after the flag.
    private let inFlight = Atomic(0)
    private let stopping = Atomic(false)

    init(router: Router, configuration: HTTPServer.Configuration) throws(MicrohttpdError) {
        self.router = router
        self.configuration = configuration
        self.connections = ConnectionTable(
            limit: max(1, configuration.limits.connections),
            limitPerAddress: max(1, configuration.limits.connectionsPerAddress))
        self.wake = try MicrohttpdError.wrapping(WakeUp.init)
        self.drained = try MicrohttpdError.wrapping(WakeUp.init)
        self.gzip = GzipPool(size: configuration.limits.threads)
    }

    var isStopping: Bool { stopping.load(ordering: .sequentiallyConsistent) }
    var requestsInFlight: Int { inFlight.load(ordering: .sequentiallyConsistent) }
    /// libmicrohttpd's newest message.
    var reason: String { lastMessage.withLock { $0 } }

    /// True for the first caller only.
    func beginStop() -> Bool {
        !stopping.exchange(true, ordering: .sequentiallyConsistent)
    }

    func requestBegan() {
        inFlight.wrappingAdd(1, ordering: .sequentiallyConsistent)
    }

    func requestEnded(_ report: FinishedRequest) {
        configuration.requestFinished(report)
        let rest = inFlight.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue
        if rest == 0, isStopping { drained.signal() }
    }

    func log(_ message: String) {
        lastMessage.withLock { $0 = message }
        configuration.log(message)
    }

    /// Answers a request; a target with a malformed escape is answered 400.
    func answer(
        method: String, target: String, headers: Headers, body: [UInt8], remoteAddress: String
    ) -> Answer {
        guard let target = RequestTarget(target) else {
            return Answer(prepare(.text("400 Bad Request", status: 400), acceptEncoding: nil))
        }
        let request = Request(
            method: method, path: target.path, query: target.query, headers: headers, body: body,
            remoteAddress: remoteAddress)
        var answer = router.isLimited(request) ? limitedAnswer(to: request) : Answer(respond(to: request))
        answer.route = router.route(of: target.path)
        return answer
    }

    /// Answers a request whose page counts, or 503 past a limit.
    private func limitedAnswer(to request: Request) -> Answer {
        let limit = configuration.responses
        do throws(ResponseBudget.Refusal) {
            let isCompressed =
                configuration.compresses && AcceptEncoding.prefersGzip(request.headers["Accept-Encoding"])
            let admission = try limit.admit(isCompressed ? .gzip : .plain)
            let prepared = respond(to: request)
            try admission.settle(bytes: prepared.body.count)
            return Answer(prepared, admission: admission)
        } catch {
            return Answer(prepare(limit.response(to: error), acceptEncoding: nil))
        }
    }

    private func respond(to request: Request) -> PreparedResponse {
        prepare(router.respond(to: request), acceptEncoding: request.headers["Accept-Encoding"])
    }

    /// The answer as it goes out: status checked, body compressed where agreed, headers complete.
    func prepare(_ response: Response, acceptEncoding: String?) -> PreparedResponse {
        var prepared = PreparedResponse(response, closesConnection: isStopping)
        guard configuration.compresses, response.isCompressible,
            prepared.body.count >= Self.compressionThreshold
        else { return prepared }
        prepared.headers.append("Vary", "Accept-Encoding")
        if AcceptEncoding.prefersGzip(acceptEncoding), let encoded = gzip.encode(prepared.body) {
            prepared.body = encoded
            prepared.headers.append("Content-Encoding", "gzip")
        }
        return prepared
    }

    /// Below this a packet carries the body anyway.
    private static let compressionThreshold = 1024
}

/// A response ready for libmicrohttpd, its route, and the admission to give back once it is over.
struct Answer {
    let prepared: PreparedResponse
    var route: String?
    let admission: Admission?

    init(_ prepared: PreparedResponse, admission: Admission? = nil) {
        self.prepared = prepared
        self.admission = admission
    }
}

/// A response with its headers complete and its body as sent.
struct PreparedResponse: Equatable {
    var status: Int
    var headers: Headers
    var body: [UInt8]

    init(_ response: Response, closesConnection: Bool) {
        status = (200...599).contains(response.status) ? response.status : 500
        headers = response.headers
        if let type = response.contentType { headers.append("Content-Type", type) }
        if closesConnection { headers.append("Connection", "close") }
        switch response.body {
        case .bytes(let bytes) where status != 204 && status != 304: body = bytes
        case .bytes, .empty: body = []
        }
    }
}
