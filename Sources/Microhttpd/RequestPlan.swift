/// What is decided of a request once its head is read.
enum RequestPlan {
    /// Read the body, then call the handler.
    case call(RouteCall)
    /// Answer without a handler; the pattern is that of the path, if it is known.
    case refuse(Response, pattern: String?)

    var pattern: String? {
        switch self {
        case .call(let call): call.pattern
        case .refuse(_, let pattern): pattern
        }
    }
}

/// A request with the route that it leads to.
struct RouteCall {
    var request: Request
    let route: Route
    let pattern: String
    let bodyLimit: Int
    /// Bytes of the body once it is inflated; nil if it isn't to be.
    let inflatedLimit: Int?
    /// Given back once the answer is over.
    let place: Place?
}
