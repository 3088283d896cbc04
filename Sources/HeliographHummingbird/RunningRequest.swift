#if Hummingbird
import HTTPTypes
import Hummingbird
import NIOHTTP1
import Telemetry

/// A request between its head and its response.
struct RunningRequest: Sendable {
    let method: RequestMethod
    let bodySize: Int?
    let trace: CallerTrace
    let began = ContinuousClock.now

    init(_ request: Request) {
        method = RequestMethod(request.method)
        bodySize = Self.bodySize(request.headers)
        trace = CallerTrace(request.headers)
    }

    /// A request without these headers has no body (RFC 9112, section 6.3).
    private static func bodySize(_ headers: HTTPFields) -> Int? {
        if let length = headers[.contentLength] { return Int(length) }
        return headers.contains(.transferEncoding) ? nil : 0
    }

    func begin() {
        ActiveRequests.begin(method)
        HTTPServerEvents.start.emit(.init(method: method, requestBodySize: bodySize))
    }

    /// The body that says when it has been sent, or was not; a short one has been said already.
    ///
    /// - Throws: what a body that is collected throws, and `OverlongBody`.
    @concurrent
    func observe(
        _ body: ResponseBody, route: String, status: Int, collectingUpTo collectedSize: Int
    ) async throws -> ResponseBody {
        // To HEAD, a body may say the length that GET has and write nothing: collected, it would say that it has none.
        if method != .head, let length = body.contentLength, length <= collectedSize {
            let collected = CollectedBody(upTo: collectedSize)
            try await trace.around { try await collected.collect(body) }
            end(
                route: route, status: status, .completed, timeToFirstByte: ContinuousClock.now - began,
                responseBodySize: collected.count)
            return collected.body
        }
        let response = ResponseInProgress(self, route: route, status: status)
        return ResponseBody(contentLength: body.contentLength) { writer in
            try await response.send(body, to: writer)
        }
    }

    /// The end of a request whose handler threw: Hummingbird makes a response of the error.
    func handlerThrew(_ error: any Error, route: String) {
        threw(error, route: route)
        switch error {
        case let answer as any HTTPResponseError:
            end(route: route, status: answer.status.code, .completed)
        // The body of the request ended before its end: the client is gone, and nothing is sent.
        case HTTPParserError.invalidEOFState where bodySize != 0:
            end(route: route, status: nil, .cancelled)
        // Hummingbird answers each other one so.
        case is HTTPParserError: end(route: route, status: 400, .completed)
        default: end(route: route, status: 500, Self.isCancellation(error) ? .cancelled : .failed)
        }
    }

    func threw(_ error: any Error, route: String) {
        HTTPServerEvents.exception.emit(
            .init(method: method, route: route, duration: ContinuousClock.now - began, error: error))
    }

    /// Says that the request is over.
    func end(
        route: String, status: Int?, _ outcome: HTTPServerEvents.Outcome,
        timeToFirstByte: Duration? = nil, responseBodySize: Int? = nil
    ) {
        ActiveRequests.end(method)
        guard HTTPServerEvents.stop.isObserved else { return }
        let ended = HTTPServerEvents.Ended(
            method: method, route: route, status: status, outcome: outcome,
            duration: ContinuousClock.now - began,
            timeToFirstByte: timeToFirstByte, requestBodySize: bodySize, responseBodySize: responseBodySize)
        trace.around { HTTPServerEvents.stop.emit(eagerly: ended) }
    }

    static func isCancellation(_ error: any Error) -> Bool {
        error is CancellationError || Task.isCancelled
    }
}
#endif
