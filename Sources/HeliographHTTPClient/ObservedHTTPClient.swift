#if AsyncHTTPClient
public import AsyncHTTPClient
public import Logging
public import NIOCore
import NIOHTTP1
import Telemetry

/// An `HTTPClient` whose requests emit `HTTPClientEvents`.
///
/// Its pool of connections tells nothing to the outside: waiting for one is part of the duration. Thread-safe, as the client is, and
/// without state of its own.
public struct ObservedHTTPClient: Sendable {
    /// The client that sends the requests; whoever made it shuts it down.
    public let client: HTTPClient

    /// Has `client` send the requests.
    public init(_ client: HTTPClient = .shared) {
        self.client = client
    }

    /// Sends a request, as `HTTPClient.execute` does, and returns once the head of the response is there.
    ///
    /// - Throws: what the client throws, after saying so.
    public func execute(
        _ request: HTTPClientRequest, timeout: TimeAmount, logger: Logger? = nil
    ) async throws -> HTTPClientResponse {
        try await execute(request, deadline: .now() + timeout, logger: logger)
    }

    /// Sends a request, as `HTTPClient.execute` does, and returns once the head of the response is there.
    ///
    /// - Throws: what the client throws, after saying so.
    public func execute(
        _ request: HTTPClientRequest, deadline: NIODeadline, logger: Logger? = nil
    ) async throws -> HTTPClientResponse {
        guard HTTPClientEvents.stop.isObserved || HTTPClientEvents.start.isObserved else {
            return try await client.execute(request, deadline: deadline, logger: logger)
        }
        let sending = SentRequest(request)
        do {
            let response = try await client.execute(request, deadline: deadline, logger: logger)
            sending.end(status: Int(response.status.code))
            return response
        } catch {
            sending.end(error: error)
            throw error
        }
    }
}

/// A request between its start and its end.
private struct SentRequest {
    let method: ClientMethod
    let host: String
    let began = ContinuousClock.now

    init(_ request: HTTPClientRequest) {
        method = ClientMethod(request.method)
        host = URLHost.host(of: request.url)
        HTTPClientEvents.start.emit(.init(method: method, host: host))
    }

    func end(status: Int? = nil, error: (any Error)? = nil) {
        HTTPClientEvents.stop.emit(
            .init(
                method: method, host: host, status: status, failure: error.map(ClientFailure.init),
                error: error, duration: ContinuousClock.now - began))
    }
}
#endif
