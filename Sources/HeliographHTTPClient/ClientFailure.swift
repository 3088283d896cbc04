#if AsyncHTTPClient
import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
public import Telemetry

/// Why a request had no response.
public enum ClientFailure: String, LabelValue, CaseIterable, Sendable {
    /// No connection could be made: refused, unreachable, no such socket, or the name is unknown.
    case connection
    /// There was a connection, and TLS failed: the handshake, or a certificate.
    case tls
    /// A deadline or timeout passed.
    case timeout
    /// The task was cancelled, or the client was shut down.
    case cancelled
    /// The server closed the connection before it answered.
    case closed
    /// The request can't be sent as it is, such as for a malformed URL or an unknown scheme.
    case request
    /// What the server sent is not HTTP.
    case response
    /// Anything else.
    case other

    init(_ error: any Error) {
        switch error {
        case is CancellationError: self = .cancelled
        case let error as HTTPClientError: self = Self.kind(of: error)
        case is NIOConnectionError: self = .connection
        case let error as IOError: self = Self.kind(of: error)
        case ChannelError.connectTimeout: self = .timeout
        case is ChannelError, NIOSSLError.uncleanShutdown, HTTPParserError.invalidEOFState: self = .closed
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: self = .tls
        case is HTTPParserError: self = .response
        default: self = .other
        }
    }

    /// An address that is written out, and a socket of a path, fail by what the kernel says.
    private static func kind(of error: IOError) -> ClientFailure {
        switch error.errnoCode {
        case ECONNRESET, EPIPE, ENOTCONN, ECONNABORTED, EBADF: .closed
        case ETIMEDOUT: .timeout
        default: .connection
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
        // Equal where the scheme is, which the short description leaves out.
        case let error where error.shortDescription == HTTPClientError.unsupportedScheme("").shortDescription:
            .request
        default: .other
        }
    }
}
#endif
