/// What happens to a server's connections, for metrics of them.
package enum ConnectionEvent: Sendable, Equatable {
    /// Accepted, within the limits.
    case opened
    /// One that was opened has ended, whatever for.
    case closed
    /// Answered 503 without being opened, as there was no room and none could be made.
    case refused
    /// One that was opened was ended by the server before its client did; it still has to close.
    case cut(CutCause)
    /// A TLS client was refused for its certificate, or for having none; its connection is about to fail.
    case clientRefused(reason: String)
    /// The kernel would not give a connection that waits; it says why.
    case acceptFailed(reason: String)

    /// Why a connection was cut; the raw value is meant for a label.
    package enum CutCause: String, Sendable, CaseIterable {
        /// No request for too long.
        case idle
        /// Another connection needed its place.
        case evicted
        /// Its client took its page too slowly while another request needed the place.
        case slowReader = "slow_reader"
        /// A TLS handshake that failed: no TLS at all, nothing that both sides know, or a certificate that is not believed.
        case handshake
        /// A TLS handshake that took too long.
        case handshakeDeadline = "handshake_deadline"
        /// A request that took too long to arrive.
        case requestDeadline = "request_deadline"
        /// An answer that took too long to be taken.
        case responseDeadline = "response_deadline"
    }
}
