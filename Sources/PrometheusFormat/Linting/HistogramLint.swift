/// Looks for what makes the histograms of a text page unusable, in whatever order their samples come.
struct HistogramLint {
    private let family: ExpositionFamily

    private struct Distribution {
        var buckets: [(bound: Double, value: Double)] = []
        var isAscending = true
        var count: Double?
        var line: Int
    }

    init(_ family: ExpositionFamily) {
        self.family = family
    }

    /// The first problem and the line of the label set that has it.
    func firstProblem() -> (LintRule, line: Int)? {
        var distributions: [SeriesKey: Distribution] = [:]
        for sample in family.samples {
            let key = SeriesKey(sample.labels, without: "le")
            guard add(sample, to: &distributions[key, default: Distribution(line: sample.line)]) else {
                return (.bucketWithoutBound, sample.line)
            }
        }
        for distribution in distributions.values.sorted(by: { $0.line < $1.line }) {
            if let rule = Self.problem(of: distribution) {
                return (rule, distribution.line)
            }
        }
        return nil
    }

    private func add(_ sample: ExpositionSample, to distribution: inout Distribution) -> Bool {
        switch sample.name.dropFirst(family.name.count) {
        case "_bucket":
            guard let text = sample.label("le"), let bound = NumberParser.value(Array(text.utf8)[...]) else {
                return false
            }
            // No bound, which `SampleLint` reports.
            guard !bound.isNaN else { return true }
            if let last = distribution.buckets.last, bound < last.bound { distribution.isAscending = false }
            distribution.buckets.append((bound, sample.value))
        case "_count": distribution.count = sample.value
        default: break
        }
        return true
    }

    private static func problem(of distribution: Distribution) -> LintRule? {
        let buckets = distribution.buckets.sorted { $0.bound < $1.bound }
        guard let last = buckets.last, last.bound == .infinity else { return .missingInfinityBucket }
        if zip(buckets, buckets.dropFirst()).contains(where: { $1.value < $0.value }) {
            return .bucketsNotCumulative
        }
        if let count = distribution.count, count != last.value {
            return .countDiffersFromBuckets
        }
        return distribution.isAscending ? nil : .bucketsOutOfOrder
    }
}
