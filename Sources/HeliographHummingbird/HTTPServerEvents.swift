#if Hummingbird
public import Telemetry

/// The events of requests to a Hummingbird server, which `TelemetryMiddleware` emits.
public enum HTTPServerEvents {
    /// A request was received, its head that is: `http.server.request.start`.
    public static let start = Event<Started>("http.server.request.start")
    /// A request is over, however it ended: `http.server.request.stop`.
    public static let stop = Event<Ended>("http.server.request.stop")
    /// A handler or the body of a response threw; `stop` follows: `http.server.request.exception`.
    public static let exception = Event<Thrown>("http.server.request.exception")

    /// The names of all of them.
    static let names = [
        "http.server.request.start", "http.server.request.stop", "http.server.request.exception",
    ]

    /// Whether anybody wants to know of requests.
    static var isObserved: Bool {
        stop.isObserved || start.isObserved || exception.isObserved
    }
}

extension HTTPServerEvents {
    /// A request whose head was received.
    public struct Started: Sendable {
        /// One of the methods that are known.
        public let method: RequestMethod
        /// What `Content-Length` says, zero where there is no body, nil for a body of unknown length; in bytes.
        public let requestBodySize: Int?
    }

    /// A request that is over.
    public struct Ended: Sendable {
        /// One of the methods that are known.
        public let method: RequestMethod
        /// The template of the route, such as `/orders/{id}`; empty where no route matched.
        public let route: String
        /// The status code that was answered; nil where the client went away before there was an answer.
        public let status: Int?
        /// How it ended.
        public let outcome: Outcome
        /// From the head of the request to the last byte of the response, or to where it broke off.
        public let duration: Duration
        /// From the head of the request until the head of the response was sent; nil where the handler threw.
        public let timeToFirstByte: Duration?
        /// What `Content-Length` says, zero where there is no body, nil for a body of unknown length; in bytes.
        public let requestBodySize: Int?
        /// Bytes of the response's body that were sent; nil where the handler threw, and others make the response.
        public let responseBodySize: Int?

        /// The class of the status: 2 for 200 to 299.
        public var statusClass: Int? { status.map { $0 / 100 } }
    }

    /// An error that was thrown on the way to a response or within its body.
    public struct Thrown: Sendable {
        /// One of the methods that are known.
        public let method: RequestMethod
        /// The template of the route; empty where no route matched.
        public let route: String
        /// From the head of the request until it was thrown.
        public let duration: Duration
        /// What was thrown; it goes on.
        public let error: any Error
    }

    /// How a request ended.
    public enum Outcome: String, LabelValue, CaseIterable, Sendable {
        /// All of the response was sent; it may say that there was an error.
        case completed
        /// The handler, or the body once it was begun, threw something that is no response.
        case failed
        /// The client went away, or the task was cancelled.
        case cancelled
    }
}
#endif
