import Synchronization

/// The limit on limited answers and on the memory of their pages, shared by all threads; it can outlive a server.
package final class ResponseLimit: Sendable {
    private let requests: Int
    private let bytes: Int
    private let budget: Mutex<ResponseBudget>

    /// - Parameters:
    ///   - requests: answers at once; no limit below one.
    ///   - bytes: bytes of all pages that wait to be sent; one page may always be there, however large.
    package init(requests: Int = 0, bytes: Int = .max) {
        self.requests = requests
        self.bytes = bytes
        budget = Mutex(ResponseBudget(requests: requests, bytes: bytes))
    }

    /// Bytes of pages that wait to be sent.
    package var heldBytes: Int { budget.withLock { $0.heldBytes } }

    /// Answers that have a place now.
    var requestsInside: Int { budget.withLock { $0.requests } }

    /// Takes a place for an answer that is about to be made.
    func admit(_ encoding: ResponseBudget.Encoding) throws(ResponseBudget.Refusal) -> Admission {
        let place = try budget.withLock { budget throws(ResponseBudget.Refusal) in
            try budget.admit(encoding)
        }
        return Admission(limit: self, place: place)
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

    fileprivate func settle(
        _ place: inout ResponseBudget.Place, bytes: Int
    ) throws(ResponseBudget.Refusal) {
        try budget.withLock { budget throws(ResponseBudget.Refusal) in
            try budget.settle(&place, bytes: bytes)
        }
    }

    fileprivate func settleWithoutBody(_ place: inout ResponseBudget.Place) {
        budget.withLock { $0.settleWithoutBody(&place) }
    }

    fileprivate func release(_ place: ResponseBudget.Place) {
        budget.withLock { $0.release(place) }
    }
}

/// A place under a `ResponseLimit`, given back with the last reference to it.
///
/// Used by one thread at a time: the one that answers, then the one that ends the exchange.
final class Admission {
    private let limit: ResponseLimit
    private var place: ResponseBudget.Place

    fileprivate init(limit: ResponseLimit, place: ResponseBudget.Place) {
        self.limit = limit
        self.place = place
    }

    deinit {
        limit.release(place)
    }

    /// Holds nothing but the place.
    func settleWithoutBody() {
        limit.settleWithoutBody(&place)
    }

    /// Holds the bytes of the page that was made, if there is room for them.
    func settle(bytes: Int) throws(ResponseBudget.Refusal) {
        try limit.settle(&place, bytes: bytes)
    }
}
