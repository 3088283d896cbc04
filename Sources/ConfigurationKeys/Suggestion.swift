/// Finds the word somebody probably meant.
package enum Suggestion {
    /// The candidate nearest to `word`, or nil if none is within a third of its length.
    package static func closest(to word: String, among candidates: [String]) -> String? {
        let typed = Array(word.lowercased().utf8)
        guard (2...40).contains(typed.count) else { return nil }
        let limit = min(3, max(1, typed.count / 3))
        let ranked = candidates.map {
            (word: $0, distance: distance(typed, Array($0.lowercased().utf8), limit: limit))
        }
        return ranked.filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.word
    }

    /// `; did you mean …?` where one of `candidates` is close to `word`, else nothing.
    package static func hint(_ word: String, among candidates: [String]) -> String {
        closest(to: word, among: candidates).map { "; did you mean \($0)?" } ?? ""
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment); above `limit` it may be
    /// any number above `limit`.
    static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int {
        guard abs(left.count - right.count) <= limit else { return limit + 1 }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, beforeLast[j - 1] + 1)
                }
                row.append(best)
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }
}
