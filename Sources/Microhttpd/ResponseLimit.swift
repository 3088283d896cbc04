import Synchronization

/// The limit on limited answers and on the memory of their pages, shared by all threads; it can outlive a server.
package final class ResponseLimit: Sendable {
    private struct State {
        var budget: ResponseBudget
        var places: [UInt64: ResponseBudget.Place] = [:]
        var lastPlace: UInt64 = 0
    }

    private let requests: Int
    private let bytes: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - requests: answers at once; no limit below one.
    ///   - bytes: bytes of all pages that wait to be sent; one page may always be there, however large.
    package init(requests: Int = 0, bytes: Int = .max) {
        self.requests = requests
        self.bytes = bytes
        state = Mutex(State(budget: ResponseBudget(requests: requests, bytes: bytes)))
    }

    /// Bytes of pages that wait to be sent.
    package var heldBytes: Int { state.withLock { $0.budget.heldBytes } }

    /// Answers that have a place now.
    var requestsInside: Int { state.withLock { $0.budget.requests } }

    /// Takes a place for an answer that is about to be made.
    func admit(_ encoding: ResponseBudget.Encoding) throws(ResponseBudget.Refusal) -> Admission {
        let number = try state.withLock { state throws(ResponseBudget.Refusal) in
            let place = try state.budget.admit(encoding, at: .now)
            state.lastPlace += 1
            state.places[state.lastPlace] = place
            return state.lastPlace
        }
        return Admission(limit: self, place: number)
    }

    /// What a client is told that gets no place.
    func response(to refusal: ResponseBudget.Refusal) -> Response {
        let reason =
            switch refusal {
            case .requests: "Limit of concurrent requests reached (\(requests))"
            case .bytes: "Limit of memory for pages that wait to be sent reached (\(bytes) B)"
            }
        return .text("\(reason), try again later.", status: 503, headers: ["Retry-After": "1"])
    }

    /// Changes a place that is not released.
    fileprivate func change<Result: Sendable>(
        _ number: UInt64,
        _ body: (inout ResponseBudget, inout ResponseBudget.Place) throws(ResponseBudget.Refusal) -> Result
    ) throws(ResponseBudget.Refusal) -> Result? {
        try state.withLock { state throws(ResponseBudget.Refusal) in
            guard var place = state.places[number] else { return nil }
            defer { state.places[number] = place }
            return try body(&state.budget, &place)
        }
    }

    fileprivate func release(_ number: UInt64) {
        state.withLock { state in
            if let place = state.places.removeValue(forKey: number) { state.budget.release(place) }
        }
    }
}

/// A place under a `ResponseLimit`, given back with the last reference to it, or revoked before.
final class Admission: Sendable {
    private let limit: ResponseLimit
    private let place: UInt64

    fileprivate init(limit: ResponseLimit, place: UInt64) {
        self.limit = limit
        self.place = place
    }

    deinit {
        limit.release(place)
    }

    /// Holds nothing but the place.
    func settleWithoutBody() {
        _ = try? limit.change(place) { budget, place in budget.settleWithoutBody(&place) }
    }

    /// Holds the bytes of the page that was made, if there is room for them.
    func settle(bytes: Int) throws(ResponseBudget.Refusal) {
        _ = try limit.change(place) { budget, place throws(ResponseBudget.Refusal) in
            try budget.settle(&place, bytes: bytes, at: .now)
        }
    }

    /// Gives the place back before the page is let go of; false where that is not possible.
    func revoke() -> Bool {
        let isRevoked = try? limit.change(place) { budget, place in budget.revoke(&place) }
        return isRevoked == true
    }
}
