/// The path of a route: `/api/v1/series/{name}`, `/static/*`, or plain segments that are compared as they are.
struct RoutePattern: Equatable {
    enum Segment: Equatable {
        case literal(String)
        /// One segment that is not empty.
        case parameter(String)
        /// What is left of the path, perhaps nothing.
        case rest
    }

    let text: String
    let segments: [Segment]

    /// Reads a pattern; `{name}` must be a whole segment, `*` the last one.
    init(_ text: String) throws(MicrohttpdError) {
        let parts = try Self.parts(text)
        var segments: [Segment] = []
        for (index, part) in parts.enumerated() {
            guard let segment = Self.segment(part, isLast: index == parts.count - 1),
                !segments.contains(segment) || segment.isLiteral
            else { throw .badRoutePath(text) }
            segments.append(segment)
        }
        self.text = text
        self.segments = segments
    }

    /// A path without parameters, whatever its characters.
    init(exactly text: String) throws(MicrohttpdError) {
        segments = try Self.parts(text).map { .literal(String($0)) }
        self.text = text
    }

    /// The only path that it matches, where it has no parameters.
    var plainPath: String? {
        var path = ""
        for segment in segments {
            guard case .literal(let text) = segment else { return nil }
            path += "/" + text
        }
        return path
    }

    /// The segments of a decoded path, nil unless it begins with a slash.
    static func split(_ path: String) -> [Substring]? {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        return path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }

    private static func parts(_ text: String) throws(MicrohttpdError) -> [Substring] {
        guard let parts = split(text), !text.utf8.contains(where: { $0 == 0x3f || $0 == 0x23 }) else {
            throw .badRoutePath(text)
        }
        return parts
    }

    private static func segment(_ part: Substring, isLast: Bool) -> Segment? {
        if part == "*" { return isLast ? .rest : nil }
        if part.hasPrefix("{"), part.hasSuffix("}"), part.count > 2 {
            let name = part.dropFirst().dropLast()
            return name.contains { "{}*".contains($0) } ? nil : .parameter(String(name))
        }
        return part.contains { "{}*".contains($0) } ? nil : .literal(String(part))
    }
}

extension RoutePattern.Segment {
    fileprivate var isLiteral: Bool {
        if case .literal = self { true } else { false }
    }
}
