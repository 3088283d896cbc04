/// A valid but unwise thing in a page.
package struct ExpositionFinding: Sendable, Hashable, CustomStringConvertible {
    /// The family's name.
    package let metric: String
    /// The number of the line that shows it, from 1.
    package let line: Int
    /// What was found.
    package let rule: LintRule

    /// The place and the sentence.
    package var description: String {
        "line \(line): “\(metric)” \(rule)"
    }
}
