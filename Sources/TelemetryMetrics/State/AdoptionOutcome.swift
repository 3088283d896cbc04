/// What became of what a predecessor had.
package struct AdoptionOutcome: Sendable, Equatable {
    /// Whether nothing goes on as somebody has asked for that.
    package var isForsaken = false
    /// Metrics that go on.
    package var families = 0
    /// Their series: a label set counts once for each metric.
    package var series = 0
    /// Series whose rows or values could not be trusted.
    package var broken = 0
    /// Series without memory for all that they held.
    package var cut = 0
    /// Records of metrics, tables and names that could not be read.
    package var brokenRecords = 0
    /// Series of metrics that became others, and began anew.
    package var changed = 0
    /// Names of these metrics, until somebody takes them to tell of them; the first ones only.
    package var changedNames: [String] = []
    /// Those that are not among the names.
    package var furtherChanged = 0
    /// Metrics that nobody defined yet, and which are shown as they were.
    package var undefined = 0
    /// How long all of it took.
    package var duration = Duration.zero

    /// Names that are kept.
    package static let keptNames = 20

    /// Nothing yet.
    package init() {}

    mutating func noteChange(of name: String, series: Int) {
        changed += series
        if changedNames.count < Self.keptNames { changedNames.append(name) } else { furtherChanged += 1 }
    }
}
