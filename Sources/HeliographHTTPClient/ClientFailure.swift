#if AsyncHTTPClient
import AsyncHTTPClient
import NIOCore
import NIOPosix
public import Telemetry

/// Why a request had no response.
public enum ClientFailure: String, LabelValue, CaseIterable, Sendable {
    /// No connection could be made: refused, unreachable, or the name is unknown.
    case connection
    /// A deadline or timeout passed.
    case timeout
    /// The task was cancelled, or the client was shut down.
    case cancelled
    /// The server closed the connection before it answered.
    case closed
    /// The request can't be sent as it is, such as for a malformed URL.
    case request
    /// Anything else.
    case other

    init(_ error: any Error) {
        switch error {
        case is CancellationError: self = .cancelled
        case let error as HTTPClientError: self = Self.kind(of: error)
        case is NIOConnectionError: self = .connection
        case is IOError, is ChannelError: self = .closed
        default: self = .other
        }
    }

    private static func kind(of error: HTTPClientError) -> ClientFailure {
        switch error {
        case .connectTimeout, .deadlineExceeded, .readTimeout, .writeTimeout, .tlsHandshakeTimeout,
            .socksHandshakeTimeout, .httpProxyHandshakeTimeout, .getConnectionFromPoolTimeout:
            .timeout
        case .cancelled, .requestStreamCancelled, .alreadyShutdown: .cancelled
        case .remoteConnectionClosed, .uncleanShutdown: .closed
        case .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath, .contentLengthMissing,
            .bodyLengthMismatch, .traceRequestWithBody:
            .request
        default: .other
        }
    }
}
#endif
