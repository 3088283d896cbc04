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
    let router: Router
    private let stages: [any RequestStage]
    private let gzip: EncoderPool<GzipEncoder>
    private let zstd: EncoderPool<ZstdEncoder>
    /// Streams that are compressed at once; each takes a state of its own.
    private let compressedStreams = Places(32)
    private let lastMessage = Mutex("no reason given")
    // Sequentially consistent, since the drain at a stop reads the count after it has set the flag.
    private let inFlight = Atomic(0)
    // Likewise, for what a stop waits for.
    private let held = Atomic(0)
    private let stopping = Atomic(false)
    private let acceptRounds = Atomic<UInt64>(0)

    init(
        router: Router, stages: [any RequestStage], configuration: HTTPServer.Configuration
    ) throws(MicrohttpdError) {
        self.router = router
        self.stages = stages
        self.configuration = configuration
        self.connections = ConnectionTable(
            configuration.limits, report: configuration.connectionEvent)
        self.wake = try MicrohttpdError.wrapping(WakeUp.init)
        self.drained = try MicrohttpdError.wrapping(WakeUp.init)
        self.gzip = EncoderPool(size: configuration.limits.threads)
        self.zstd = EncoderPool(size: configuration.limits.threads)
    }

    var isStopping: Bool { stopping.load(ordering: .sequentiallyConsistent) }
    /// Whether libmicrohttpd still holds a connection back for a stage.
    var hasHeldRequests: Bool { held.load(ordering: .sequentiallyConsistent) > 0 }
    var requestsInFlight: Int { inFlight.load(ordering: .sequentiallyConsistent) }
    /// libmicrohttpd's newest message.
    var reason: String { lastMessage.withLock { $0 } }

    /// How often the acceptor came around; it orders nothing.
    var rounds: UInt64 { acceptRounds.load(ordering: .relaxed) }

    func roundBegan() { acceptRounds.wrappingAdd(1, ordering: .relaxed) }

    /// True for the first caller only.
    func beginStop() -> Bool {
        !stopping.exchange(true, ordering: .sequentiallyConsistent)
    }

    func requestBegan() {
        inFlight.wrappingAdd(1, ordering: .sequentiallyConsistent)
    }

    /// A request waits for a stage; its connection is about to be suspended.
    func requestHeld() {
        held.wrappingAdd(1, ordering: .sequentiallyConsistent)
    }

    /// libmicrohttpd has come back to it.
    func requestReturned() {
        held.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    }

    /// Has stages answer what they can.
    func hurryStages() {
        for stage in stages { stage.hurry() }
    }

    func requestEnded(_ exchange: Exchange, isComplete: Bool) {
        // Resumed, and its connection ended before libmicrohttpd called back.
        if exchange.isWaiting { requestReturned() }
        configuration.requestFinished(exchange.end(isComplete: isComplete))
        let rest = inFlight.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue
        if rest == 0, isStopping { drained.signal() }
    }

    /// Takes a message; answers the status where it tells of an answer that libmicrohttpd makes by itself.
    @discardableResult
    func log(_ message: String) -> Int? {
        // What failed is counted, and said by those who know.
        guard message != Self.handshakeFailed else { return nil }
        lastMessage.withLock { $0 = message }
        configuration.log(message)
        guard let status = Self.statusAnswered(message) else { return nil }
        configuration.requestRefused(status)
        return status
    }

    /// libmicrohttpd's words for any TLS handshake that fails.
    private static let handshakeFailed = "Error: received handshake message out of context."

    /// The status in libmicrohttpd's message of an answer of its own.
    ///
    /// It is told nowhere else: of a request that it can't read, it makes no callback.
    static func statusAnswered(_ message: String) -> Int? {
        let start = "Error processing request (HTTP response code is "
        guard message.hasPrefix(start) else { return nil }
        return Int(message.dropFirst(start.count).prefix { $0.isNumber })
    }

    /// Decides what becomes of a request by its head: a bad target, a stage, the router or a limit may answer it.
    func plan(_ head: RequestHead, on connection: ConnectionFacts) -> StageProgress {
        guard let target = RequestTarget(head.target) else {
            return .planned(.refuse(.text("400 Bad Request", status: 400), pattern: nil))
        }
        var request = Request(
            method: head.method, path: target.path, query: target.query, headers: head.headers,
            remoteAddress: connection.remoteAddress)
        request.identity = connection.identity
        let match = router.match(request.method, request.path)
        if case .route(let route, _, let parameters) = match {
            request.group = route.group
            request.parameters = parameters
        }
        return proceed(StagedRequest(request: request, match: match), on: connection)
    }

    /// Goes on with a request for which a stage found something out.
    func goOn(_ staged: StagedRequest, _ verdict: LateVerdict, on connection: ConnectionFacts)
        -> StageProgress
    {
        var staged = staged
        switch verdict {
        case .answer(let response): return .planned(.refuse(response, pattern: staged.match.pattern))
        case .pass(let identity):
            staged.request.identity = identity
            return proceed(staged, on: connection)
        }
    }

    private func proceed(_ staged: StagedRequest, on connection: ConnectionFacts) -> StageProgress {
        var staged = staged
        while staged.stage < stages.count {
            let verdict = stages[staged.stage].receive(&staged.request, on: connection)
            staged.stage += 1
            switch verdict {
            case .pass: continue
            case .answer(let response): return .planned(.refuse(response, pattern: staged.match.pattern))
            case .later where isStopping:
                let refusal = Response.text("503 Service Unavailable", status: 503)
                return .planned(.refuse(refusal, pattern: staged.match.pattern))
            case .later(let work): return .waits(staged, work)
            }
        }
        switch staged.match {
        case .none(let response, let pattern): return .planned(.refuse(response, pattern: pattern))
        case .route(let route, let pattern, _): return .planned(call(route, pattern, staged.request))
        }
    }

    private func call(_ route: Route, _ pattern: String, _ request: Request) -> RequestPlan {
        let place = route.places?.enter()
        if let places = route.places, place == nil {
            let text =
                "Limit of concurrent requests of \(pattern) reached (\(places.limit)), try again later."
            return .refuse(.text(text, status: 503, headers: ["Retry-After": "1"]), pattern: pattern)
        }
        var inflatedLimit: Int?
        if let limit = route.limits.inflatedBody,
            let coding = request.headers["Content-Encoding"]?.lowercased()
        {
            switch coding {
            case "gzip", "x-gzip": inflatedLimit = limit
            case "identity", "": break
            default:
                let refusal = Response.text(
                    "415 Unsupported Media Type", status: 415, headers: ["Accept-Encoding": "gzip"])
                return .refuse(refusal, pattern: pattern)
            }
        }
        return .call(
            RouteCall(
                request: request, route: route, pattern: pattern,
                bodyLimit: route.limits.requestBody ?? configuration.limits.requestBody,
                inflatedLimit: inflatedLimit, place: place))
    }

    /// How long the answer to a request may take.
    func answerDeadline(_ plan: RequestPlan) -> Duration {
        let ofServer = configuration.limits.responseDeadline
        guard case .call(let call) = plan else { return ofServer }
        return call.route.limits.answerDeadline ?? ofServer
    }

    /// How long a client may take for each piece of a stream; nil where the deadline of the whole counts.
    func progressDeadline(_ plan: RequestPlan) -> Duration? {
        guard case .call(let call) = plan else { return nil }
        return call.route.limits.progressDeadline
    }

    /// Answers a request whose body is there.
    func answer(_ plan: RequestPlan, on descriptor: Int32) -> Answer {
        switch plan {
        case .refuse(let response, _): return Answer(prepare(response, acceptEncoding: nil))
        case .call(let call):
            guard call.route.limits.isPage else { return Answer(respond(to: call)) }
            guard let place = placeForPage(on: descriptor) else {
                return Answer(prepare(pageRefusal, acceptEncoding: nil))
            }
            return Answer(respond(to: call), place: place)
        }
    }

    /// A place for a page, if need be that of a slow reader; nil where nobody is slow enough to give way.
    private func placeForPage(on descriptor: Int32) -> Place? {
        while true {
            if let place = configuration.pages.enter() { return place }
            guard connections.makeRoomForPage(on: descriptor) else { return nil }
        }
    }

    private var pageRefusal: Response {
        let limit = configuration.pages.limit
        let text = "Limit of concurrent requests reached (\(limit)), try again later."
        return .text(text, status: 503, headers: ["Retry-After": "1"])
    }

    private func respond(to call: RouteCall) -> PreparedResponse {
        prepare(call.route.handler(call.request), acceptEncoding: call.request.headers["Accept-Encoding"])
    }

    /// The answer as it goes out: status checked, body compressed where agreed, headers complete.
    func prepare(_ response: Response, acceptEncoding: String?) -> PreparedResponse {
        var prepared = PreparedResponse(response, closesConnection: isStopping)
        for stage in stages { stage.complete(&prepared.headers) }
        prepared.headers.addSecurity(ofType: response.contentType)
        if let stream = prepared.stream {
            guard configuration.compresses, response.isCompressible else { return prepared }
            prepared.headers.vary(on: "Accept-Encoding")
            if let coding = AcceptEncoding.coding(acceptEncoding), let place = compressedStreams.enter(),
                stream.compress(as: coding, holding: place)
            {
                prepared.headers.append("Content-Encoding", coding.rawValue)
            }
            return prepared
        }
        guard configuration.compresses, response.isCompressible,
            prepared.body.count >= Self.compressionThreshold
        else { return prepared }
        prepared.headers.vary(on: "Accept-Encoding")
        if let coding = AcceptEncoding.coding(acceptEncoding), let encoded = encode(prepared.body, as: coding)
        {
            prepared.body = encoded
            prepared.headers.append("Content-Encoding", coding.rawValue)
        }
        return prepared
    }

    private func encode(_ body: [UInt8], as coding: ContentCoding) -> [UInt8]? {
        switch coding {
        case .gzip: gzip.encode(body)
        case .zstd: zstd.encode(body)
        }
    }

    /// Below this a packet carries the body anyway.
    private static let compressionThreshold = 1024
}
