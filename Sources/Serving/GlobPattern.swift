/// A StatsD name with globs: `*` stands for one whole segment between dots.
struct GlobPattern: Sendable {
    private let segments: [Substring]

    init(_ segments: [Substring]) { self.segments = segments }

    /// The segments of a name, which is taken apart once for all patterns.
    static func segments(of name: String) -> [Substring] {
        name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { Substring($0) }
    }

    /// What the globs stand for in a name of these segments, in order; nil where the pattern does not match.
    func captures(of parts: [Substring]) -> [Substring]? {
        guard parts.count == segments.count else { return nil }
        var captures: [Substring] = []
        for (segment, part) in zip(segments, parts) {
            if segment == "*" {
                captures.append(part)
            } else if segment != part {
                return nil
            }
        }
        return captures
    }
}
