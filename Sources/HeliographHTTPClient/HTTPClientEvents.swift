#if AsyncHTTPClient
public import Telemetry

/// The events of requests that an `ObservedHTTPClient` sends.
public enum HTTPClientEvents {
    /// A request is about to be sent: `http.client.request.start`.
    public static let start = Event<Started>("http.client.request.start")
    /// The head of the response came, or the request failed: `http.client.request.stop`.
    public static let stop = Event<Ended>("http.client.request.stop")

    /// The names of all of them.
    static let names = ["http.client.request.start", "http.client.request.stop"]

    /// A request that is about to be sent.
    public struct Started: Sendable {
        /// The method.
        public let method: ClientMethod
        /// The host of the URL, without port; `unix` for sockets with a path, and empty where there is none.
        public let host: String
    }

    /// A request whose response came, or didn't.
    public struct Ended: Sendable {
        /// The method.
        public let method: ClientMethod
        /// The host of the URL, without port; `unix` for sockets with a path, and empty where there is none.
        public let host: String
        /// The status code; nil where there was no response.
        public let status: Int?
        /// Why there was no response; nil where there was one.
        public let failure: ClientFailure?
        /// What was thrown; nil where there was a response.
        public let error: (any Error)?
        /// Until the head of the response came, or the request failed; waiting for a connection included.
        public let duration: Duration
    }
}
#endif
