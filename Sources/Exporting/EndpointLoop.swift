import Linux
import Microhttpd
import Synchronization

/// The accepting loop of the HTTP server that runs now; without one, as between two starts, each ping is an answer.
///
/// Thread-safe: one lock guards which server that is.
package final class EndpointLoop: AnsweringLoop {
    private struct State {
        var server: HTTPServer?
        /// Answers of servers before, and those without a server.
        var earlier: UInt64 = 0
    }

    private let state = Mutex(State())

    package func ping() {
        state.withLock { state in
            if let server = state.server { server.ping() } else { state.earlier += 1 }
        }
    }

    package var answers: UInt64 {
        state.withLock { $0.earlier + ($0.server?.answers ?? 0) }
    }

    /// Asks that server from now on, or none.
    func follow(_ server: HTTPServer?) {
        state.withLock { state in
            state.earlier += state.server?.answers ?? 0
            state.server = server
        }
    }
}
