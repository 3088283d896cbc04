import Linux
import Synchronization

@testable import Microhttpd

/// What a test puts into streams and hears of their ends; shared by its threads.
final class StreamFeed: Sendable {
    struct State {
        var waiting: [UInt8] = []
        var isComplete = false
        var fills = 0
        var outcomes: [StreamOutcome] = []
    }

    let state = Mutex(State())

    var outcomes: [StreamOutcome] { state.withLock { $0.outcomes } }
    var fills: Int { state.withLock { $0.fills } }

    func put(_ text: String) {
        state.withLock { $0.waiting += Array(text.utf8) }
    }

    func complete() {
        state.withLock { $0.isComplete = true }
    }
}

/// Gives what is in the feed, and pauses where there is nothing.
struct FeedProducer: StreamProducer {
    let feed: StreamFeed

    func fill(_ chunk: inout [UInt8]) -> StreamStep {
        feed.state.withLock { state in
            state.fills += 1
            chunk += state.waiting
            state.waiting = []
            return state.isComplete ? .end : .pause
        }
    }

    func ended(_ outcome: StreamOutcome) {
        feed.state.withLock { $0.outcomes.append(outcome) }
    }
}

/// Gives `pieces` times `piece`, then what `last` says.
struct PieceProducer: StreamProducer {
    var pieces: Int
    let piece: [UInt8]
    var last = StreamStep.end
    let feed: StreamFeed

    mutating func fill(_ chunk: inout [UInt8]) -> StreamStep {
        guard pieces > 0 else { return last }
        pieces -= 1
        chunk += piece
        return .more
    }

    func ended(_ outcome: StreamOutcome) {
        feed.state.withLock { $0.outcomes.append(outcome) }
    }
}

/// A server with one route, `/stream`, that answers with what `body` makes for each request.
func streamServer(
    limits: RouteLimits = RouteLimits(), tls: TLSSettings? = nil,
    finished: @escaping @Sendable (FinishedRequest) -> Void = { _ in },
    _ body: @escaping @Sendable () -> StreamedBody
) throws -> HTTPServer {
    let listener = HTTPServer.Listener.address(ListenAddress(host: "127.0.0.1", port: 0))
    var configuration = HTTPServer.Configuration(listeners: [listener])
    configuration.tls = tls
    configuration.requestFinished = finished
    let router = try Router([
        Route(.get, "/stream", limits: limits) { _ in
            Response(contentType: "text/event-stream", body: .stream(body()))
        }
    ])
    return try HTTPServer(router: router, configuration: configuration)
}
