/// A valid but unwise or wrong thing in a page.
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

/// What the linter looks for: promtool's rules, and what promtool lets pass without a word.
package enum LintRule: Sendable, Hashable {
    /// A family without a help text, or with an empty one.
    case missingHelp
    /// A unit in the name that is not the base unit, such as milliseconds.
    case nonBaseUnit(found: String, base: String)
    /// A unit in the name that is cut short, such as `ms`.
    case abbreviatedUnit(String)
    /// A counter of the text format without its suffix.
    case counterWithoutTotal
    /// A counter of OpenMetrics whose family name has the suffix of its samples.
    case totalInCounterFamily
    /// The suffix of counters on another type.
    case totalOnOther
    /// A suffix that belongs to the samples of another type.
    case reservedSuffix(String, owner: String)
    /// A label that belongs to another type.
    case reservedLabel(String, owner: String)
    /// A metric type among the words of the name.
    case typeInName(String)
    /// The character that recording rules keep for themselves.
    case colonInName
    /// Capitals after small letters in the name.
    case camelCaseName
    /// Capitals after small letters in a label name.
    case camelCaseLabel(String)
    /// An `le` or `quantile` of OpenMetrics in another form than `1.0` or `1e+06`.
    case nonCanonicalBound(label: String, value: String, canonical: String)
    /// Two samples of one series in the text format.
    case duplicateSeries(String)
    /// A family of the text format with samples of another between its own.
    case scatteredFamily
    /// A bucket of the text format without `le`.
    case bucketWithoutBound
    /// A histogram of the text format without its last bucket.
    case missingInfinityBucket
    /// A bucket of the text format that counts less than the one before it.
    case bucketsNotCumulative
    /// A bucket of the text format whose bound is below that of the one before it.
    case bucketsOutOfOrder
    /// A sample of the text format that OpenMetrics refuses.
    case wrongSample(ExpositionFault)
    /// A count of the text format other than that of the `+Inf` bucket.
    case countDiffersFromBuckets
}

extension LintRule: CustomStringConvertible {
    /// A sentence that says what to do, or what the page gets wrong.
    package var description: String {
        namingDescription ?? contentDescription ?? ""
    }

    private var namingDescription: String? {
        switch self {
        case .missingHelp: "has no help text."
        case .nonBaseUnit(let found, let base): "should be in “\(base)” instead of “\(found)”."
        case .abbreviatedUnit(let unit): "should spell its unit out instead of “\(unit)”."
        case .counterWithoutTotal: "is a counter, so its name should end in “_total”."
        case .totalInCounterFamily: "should leave “_total” to its samples."
        case .totalOnOther: "isn't a counter, so its name should not end in “_total”."
        case .reservedSuffix(let suffix, let owner):
            "should not end in “\(suffix)”, which belongs to \(owner)."
        case .reservedLabel(let label, let owner):
            "should not have the label “\(label)”, which belongs to \(owner)."
        case .typeInName(let type): "should not have its type, “\(type)”, in its name."
        case .colonInName: "should not have “:” in its name, which is for recording rules."
        case .camelCaseName: "should be in snake_case, not camelCase."
        case .camelCaseLabel(let label): "should have its label “\(label)” in snake_case, not camelCase."
        default: nil
        }
    }

    private var contentDescription: String? {
        switch self {
        case .nonCanonicalBound(let label, let value, let canonical):
            "should write \(label)=\"\(value)\" as \"\(canonical)\", so that the series keeps its identity."
        case .duplicateSeries(let sample): "has “\(sample)” twice with the same labels; a server drops one."
        case .scatteredFamily: "has samples of another family between its own."
        case .bucketWithoutBound: "has a bucket without the label “le”."
        case .missingInfinityBucket: "lacks the bucket le=\"+Inf\"."
        case .bucketsNotCumulative: "has a bucket below the one before it, though buckets are cumulative."
        case .bucketsOutOfOrder: "has buckets that are not in ascending order of “le”."
        case .wrongSample(let fault): "has a wrong sample: \(fault)"
        case .countDiffersFromBuckets: "has a count that differs from its +Inf bucket."
        default: nil
        }
    }
}
