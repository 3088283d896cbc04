import Synchronization

/// Bounds on what the requests of one route can take.
package struct RouteLimits: Sendable, Equatable {
    /// Bytes of a request body; nil for the server's limit.
    package var requestBody: Int?
    /// Bytes of a request body sent as gzip, once it is inflated; nil leaves it to the handler to read `Content-Encoding`.
    ///
    /// `requestBody` bounds it as sent. Another coding is answered 415.
    package var inflatedBody: Int?
    /// From the last byte of a request to the last of its answer; nil for the server's deadline.
    package var answerDeadline: Duration?
    /// How long the client may take for each piece of a stream.
    ///
    /// It replaces the deadline of the whole answer, and doesn't count while the stream is paused.
    package var progressDeadline: Duration?
    /// Requests at once, from the head until the end of the answer; further ones get 503, and nil is no limit.
    package var concurrency: Int?
    /// Whether answers count against the server's `responses`, as large pages should.
    package var isBudgeted = false

    /// The server's limits.
    package init() {}

    /// The server's limits, and the budget of all large pages.
    package static let budgeted: RouteLimits = {
        var limits = RouteLimits()
        limits.isBudgeted = true
        return limits
    }()
}

/// A bounded count of what is in flight, such as the requests of one route; shared by all threads.
final class RoutePlaces: Sendable {
    let limit: Int
    private let taken = Atomic(0)

    init(_ limit: Int) {
        self.limit = limit
    }

    /// Takes a place until the result is let go of; nil where all are taken.
    func enter() -> RoutePlace? {
        // Relaxed: nothing but the count is shared.
        guard taken.wrappingAdd(1, ordering: .relaxed).newValue <= limit else {
            leave()
            return nil
        }
        return RoutePlace(self)
    }

    fileprivate func leave() {
        taken.wrappingSubtract(1, ordering: .relaxed)
    }
}

/// One of the places of a route, given back with the last reference to it.
final class RoutePlace: Sendable {
    private let places: RoutePlaces

    fileprivate init(_ places: RoutePlaces) {
        self.places = places
    }

    deinit {
        places.leave()
    }
}
