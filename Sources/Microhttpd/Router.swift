/// Routes by pattern: 404 for an unknown path, 405 with `Allow` for an unknown method.
///
/// Where several patterns match, a literal segment is preferred to a parameter and that to `*`, from left to right.
package struct Router: Sendable {
    /// What a request's method and path lead to.
    enum Match {
        /// The route, and the parts of the path that its pattern names; `*` is the name of the rest.
        case route(Route, pattern: String, parameters: [String: String])
        /// 404 or 405; the pattern is that of the path, nil for an unknown one.
        case none(Response, pattern: String?)

        /// The pattern of a known path.
        var pattern: String? {
            switch self {
            case .route(_, let pattern, _): pattern
            case .none(_, let pattern): pattern
            }
        }
    }

    /// What one place of the tree of segments has.
    private struct Node {
        var literals: [String: Node] = [:]
        var parameter: [Node] = []
        var rest: [String: Entry] = [:]
        var methods: [String: Entry] = [:]
    }

    private struct Entry {
        let route: Route
        let pattern: RoutePattern
    }

    private var root = Node()
    /// The routes of paths without parameters, by path and method: these go before all that match, so nothing else is looked for.
    private var plain: [String: [String: Entry]] = [:]
    /// The shortest deadline that a route has for its answers.
    private(set) var shortestDeadline: Duration?

    /// Checks all routes; throws for a bad path or two handlers in one place.
    package init(_ routes: [Route]) throws(MicrohttpdError) {
        for route in routes {
            let entry = Entry(route: route, pattern: try route.pattern())
            guard Self.insert(entry, entry.pattern.segments[...], into: &root) else {
                throw .duplicateRoute(method: route.method.rawValue, path: entry.pattern.text)
            }
            if let path = entry.pattern.plainPath { plain[path, default: [:]][route.method.rawValue] = entry }
            for deadline in [route.limits.answerDeadline, route.limits.progressDeadline].compactMap(\.self) {
                shortestDeadline = min(shortestDeadline ?? deadline, deadline)
            }
        }
    }

    /// Calls the handler of a request, or answers 404 or 405; without a server, and so without limits.
    package func respond(to request: Request) -> Response {
        switch match(request.method, request.path) {
        case .none(let response, _): return response
        case .route(let route, _, let parameters):
            var request = request
            request.parameters = parameters
            return route.handler(request)
        }
    }

    /// The pattern of a known path, nil otherwise: a bounded value for a metric's label.
    package func route(of path: String) -> String? {
        guard let methods = find(path).first else { return nil }
        return methods.min { $0.key < $1.key }?.value.pattern.text
    }

    func match(_ method: String, _ path: String) -> Match {
        let wanted = method == "HEAD" ? Route.Method.get.rawValue : method
        if let entry = plain[path]?[wanted] {
            return .route(entry.route, pattern: entry.pattern.text, parameters: [:])
        }
        let found = find(path)
        guard !found.isEmpty else { return .none(.text("404 Not Found", status: 404), pattern: nil) }
        guard let entry = found.lazy.compactMap({ $0[wanted] }).first else {
            let response = Response.text(
                "405 Method Not Allowed", status: 405, headers: ["Allow": Self.allow(found)])
            return .none(response, pattern: route(of: path))
        }
        return .route(
            entry.route, pattern: entry.pattern.text, parameters: Self.parameters(entry.pattern, of: path))
    }

    /// The methods of every pattern that matches, the preferred one first.
    private func find(_ path: String) -> [[String: Entry]] {
        guard let segments = RoutePattern.split(path) else { return [] }
        var found: [[String: Entry]] = []
        Self.collect(segments[...], below: root, into: &found)
        return found
    }

    private static func collect(
        _ segments: ArraySlice<Substring>, below node: Node, into found: inout [[String: Entry]]
    ) {
        guard let first = segments.first else {
            if !node.methods.isEmpty { found.append(node.methods) }
            return
        }
        if let next = node.literals[String(first)] {
            collect(segments.dropFirst(), below: next, into: &found)
        }
        if !first.isEmpty {
            for next in node.parameter { collect(segments.dropFirst(), below: next, into: &found) }
        }
        if !node.rest.isEmpty { found.append(node.rest) }
    }

    /// False if the place is taken.
    private static func insert(
        _ entry: Entry, _ segments: ArraySlice<RoutePattern.Segment>, into node: inout Node
    ) -> Bool {
        let method = entry.route.method.rawValue
        switch segments.first {
        case nil: return node.methods.updateValue(entry, forKey: method) == nil
        case .rest: return node.rest.updateValue(entry, forKey: method) == nil
        case .literal(let text):
            return insert(entry, segments.dropFirst(), into: &node.literals[text, default: Node()])
        case .parameter:
            if node.parameter.isEmpty { node.parameter = [Node()] }
            return insert(entry, segments.dropFirst(), into: &node.parameter[0])
        }
    }

    private static func parameters(_ pattern: RoutePattern, of path: String) -> [String: String] {
        guard let values = RoutePattern.split(path) else { return [:] }
        var parameters: [String: String] = [:]
        for (index, segment) in pattern.segments.enumerated() {
            switch segment {
            case .literal: continue
            case .parameter(let name): parameters[name] = String(values[index])
            case .rest: parameters["*"] = values[index...].joined(separator: "/")
            }
        }
        return parameters
    }

    private static func allow(_ found: [[String: Entry]]) -> String {
        let names = Set(found.flatMap(\.keys)).flatMap { $0 == "GET" ? ["GET", "HEAD"] : [$0] }
        return names.sorted().joined(separator: ", ")
    }
}
