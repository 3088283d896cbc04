extension MetricDefinition {
    /// All that is wrong with this definition by itself.
    ///
    /// - Parameter exposedName: the name of the samples, with a prefix.
    func problems(exposedName: String, constantLabels: [String]) -> [DefinitionError.Problem] {
        var problems: [DefinitionError.Problem] = []
        // A counter's name without `_total` is a name too.
        let base = isCounter ? exposedName.dropLast("_total".utf8.count) : exposedName[...]
        if !PrometheusName.isMetricName(name) || !PrometheusName.isMetricName(base) {
            problems.append(.malformedName)
        }
        problems += LabelNames.problems(of: constantLabels + labels, kind)
        if let measuredUnit, let unit, conversionFactor == nil {
            problems.append(.unitMismatch(from: measuredUnit, to: unit))
        }
        if seriesLimit < 1 { problems.append(.badSeriesLimit(seriesLimit)) }
        if let expiry, expiry <= .zero { problems.append(.badExpiry(expiry)) }
        problems += seeds.filter { $0.count != labels.count }.map { .badSeed($0) }
        switch kind {
        case .histogram: problems += bucketProblems
        case .summary: problems += summaryProblems
        case .counter, .sum, .gauge: break
        }
        return problems
    }

    private var bucketProblems: [DefinitionError.Problem] {
        if let native = buckets.native { return native.isValid ? [] : [.badNativeBuckets(native)] }
        let boundaries = buckets.boundaries
        let ascending = zip(boundaries, boundaries.dropFirst()).allSatisfy { $0 < $1 }
        guard 1...Buckets.largestCount ~= boundaries.count, ascending, boundaries.allSatisfy(\.isFinite)
        else {
            return [.badBuckets(boundaries)]
        }
        return []
    }

    private var summaryProblems: [DefinitionError.Problem] {
        var problems: [DefinitionError.Problem] = []
        let inRange = quantiles.allSatisfy { $0 >= 0 && $0 <= 1 }
        if !inRange || Set(quantiles).count != quantiles.count { problems.append(.badQuantiles(quantiles)) }
        if !(relativeError >= Self.smallestRelativeError && relativeError < 1) {
            problems.append(.badRelativeError(relativeError))
        }
        if window <= .zero { problems.append(.badWindow(window)) }
        return problems
    }
}

/// The characters that names consist of in Prometheus' data model (its legacy, ASCII form).
package enum PrometheusName {
    /// Whether `name` can name a metric.
    package static func isMetricName(_ name: some StringProtocol) -> Bool {
        isName(name.utf8) { isLetter($0) || $0 == UInt8(ascii: ":") }
    }

    /// Whether `name` can name a label; names that begin with `__` are Prometheus' own.
    package static func isLabelName(_ name: some StringProtocol) -> Bool {
        isName(name.utf8, isFirst: isLetter) && !name.hasPrefix("__")
    }

    /// Whether `byte` can stand anywhere but at the start.
    package static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    /// Whether `byte` is a letter or `_`.
    package static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
    }

    private static func isName(_ bytes: some Collection<UInt8>, isFirst: (UInt8) -> Bool) -> Bool {
        guard let first = bytes.first, isFirst(first) else { return false }
        return bytes.dropFirst().allSatisfy { isFirst($0) || isDigit($0) }
    }
}
