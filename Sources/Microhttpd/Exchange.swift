/// A request while libmicrohttpd reads and answers it; used only by the thread that serves its connection.
final class Exchange {
    /// What to do next with a request.
    enum Decision {
        /// Read on.
        case proceed
        /// Answer now; before the end of the body libmicrohttpd then closes the connection.
        case answer
        /// End the connection without an answer.
        case abandon
        /// Suspend the connection until the work has a verdict.
        case wait(StageWork, AwaitedVerdict)
    }

    let start = ContinuousClock.now
    /// The target as sent, path and query.
    let target: String
    /// Where it lay in libmicrohttpd's memory.
    let place: Range<Int>
    /// Nil until the head is read.
    private(set) var plan: RequestPlan?
    /// There while the request waits for a stage.
    private var waiting: (staged: StagedRequest, framing: Framing, verdict: AwaitedVerdict)?
    /// Whether the body comes in chunks, of which libmicrohttpd reads more than there should be.
    private(set) var isChunked = false
    private var body: [UInt8] = []
    private var decoder: GzipDecoder?
    /// Bytes of the body as sent.
    private var received = 0
    private var drained = 0
    /// The body of the answer, if it is made while it is sent.
    private var stream: StreamedBody?
    /// What was answered, for the report at the end.
    private var answer: (status: Int, bodyBytes: Int)?

    init(target: String, at place: Range<Int>) {
        self.target = target
        self.place = place
    }

    /// Judges the head of a request; `decide` is asked only about one that is well-formed.
    func receiveHead(_ head: RequestHead, _ decide: () -> StageProgress) -> Decision {
        guard head.isWellFormed, let framing = Framing(head.headers, version: head.version) else {
            // Nobody knows where the next request begins.
            let response = Response.text("400 Bad Request", status: 400, headers: ["Connection": "close"])
            plan = .refuse(response, pattern: nil)
            return .answer
        }
        isChunked = framing.length == nil
        return go(on: decide(), framing)
    }

    /// Whether the head was judged as far as a stage that finds something out.
    var isWaiting: Bool { waiting != nil }

    /// Goes on with a head that waited, once its connection was resumed.
    func goOn(_ decide: (StagedRequest, LateVerdict) -> StageProgress) -> Decision {
        guard let (staged, framing, verdict) = waiting, let late = verdict.arrived else { return .abandon }
        waiting = nil
        return go(on: decide(staged, late), framing)
    }

    private func go(on progress: StageProgress, _ framing: Framing) -> Decision {
        switch progress {
        case .planned(let plan): return follow(plan, framing)
        case .waits(let staged, let work):
            let verdict = AwaitedVerdict()
            waiting = (staged, framing, verdict)
            return .wait(work, verdict)
        }
    }

    private func follow(_ plan: RequestPlan, _ framing: Framing) -> Decision {
        var plan = plan
        if case .call(let call) = plan, let length = framing.length, length > call.bodyLimit {
            plan = Self.tooLarge(call)
        }
        if case .call(let call) = plan, let limit = call.inflatedLimit {
            decoder = GzipDecoder(limit: limit)
            if decoder == nil {
                plan = .refuse(.text("503 Service Unavailable", status: 503), pattern: call.pattern)
            }
        }
        self.plan = plan
        guard case .refuse = plan, framing.length != 0 else { return .proceed }
        // Closing with unread bytes resets the connection, which can lose the answer; a moderate body is read and dropped.
        return framing.awaitsContinue || framing.length ?? 0 > Self.drainLimit ? .answer : .proceed
    }

    /// Takes a part of the body, or drops it if nobody is to see it.
    func receiveBody(_ part: UnsafeBufferPointer<UInt8>) -> Decision {
        if case .call(let call) = plan {
            guard let refusal = unsafe accept(part, call) else { return .proceed }
            plan = refusal
            body = []
            decoder = nil
        }
        drained += part.count
        return drained > Self.drainLimit ? .abandon : .proceed
    }

    /// Takes a part of the body in; answers why it can't.
    private func accept(_ part: UnsafeBufferPointer<UInt8>, _ call: RouteCall) -> RequestPlan? {
        guard part.count <= call.bodyLimit - received else { return Self.tooLarge(call) }
        received += part.count
        guard call.inflatedLimit != nil else {
            unsafe body.append(contentsOf: part)
            return nil
        }
        do throws(GzipDecoder.Failure) {
            unsafe try decoder?.decode(part)
            return nil
        } catch {
            return error == .tooLong ? Self.tooLarge(call) : Self.corrupt(call)
        }
    }

    /// The whole request is there: what is to be done with it, its body included.
    func finishRequest() -> RequestPlan? {
        guard case .call(var call) = plan else { return plan }
        if call.inflatedLimit != nil, received > 0 {
            guard decoder?.isComplete == true else {
                plan = Self.corrupt(call)
                return plan
            }
            body = decoder?.output ?? []
            decoder = nil
        }
        call.request.body = body
        body = []
        return .call(call)
    }

    /// Notes what was answered.
    func answered(_ status: Int, bodyBytes: Int, stream: StreamedBody?) {
        answer = (status, bodyBytes)
        self.stream = stream
    }

    /// Ends the stream, if there is one, and gives what a finished request reports.
    func end(isComplete: Bool) -> FinishedRequest {
        stream?.end(isComplete ? .complete : .broken)
        return FinishedRequest(
            route: plan?.pattern, status: answer?.status, duration: start.duration(to: .now),
            bodyBytes: stream?.total ?? answer?.bodyBytes ?? 0, isComplete: isComplete)
    }

    private static func tooLarge(_ call: RouteCall) -> RequestPlan {
        .refuse(.text("413 Content Too Large", status: 413), pattern: call.pattern)
    }

    private static func corrupt(_ call: RouteCall) -> RequestPlan {
        .refuse(
            .text("400 Bad Request: the body is not what Content-Encoding says", status: 400),
            pattern: call.pattern)
    }

    private static let drainLimit = 1 << 20
}
