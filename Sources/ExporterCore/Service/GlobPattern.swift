/// A StatsD name with globs: `*` stands for one whole segment between dots.
struct GlobPattern: Sendable {
    private let segments: [Substring]

    init(_ segments: [Substring]) { self.segments = segments }

    /// What the globs stand for in `name`, in order; nil where the pattern does not match.
    func captures(of name: String) -> [Substring]? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
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
