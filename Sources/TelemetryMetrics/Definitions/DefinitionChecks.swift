extension MetricDefinition {
    /// All that is wrong with this definition by itself.
    ///
    /// - Parameter exposedName: the name of the samples, with a prefix.
    func problems(
        exposedName: String, constantLabels: [String], names: NameValidation
    ) -> [DefinitionError.Problem] {
        var problems: [DefinitionError.Problem] = []
        // A counter's name without `_total` is a name too.
        let base = isCounter ? exposedName.dropLast("_total".utf8.count) : exposedName[...]
        if !names.isMetricName(name) || !names.isMetricName(base) {
            problems.append(.malformedName)
        }
        problems += LabelNames.problems(of: constantLabels + labels, kind, names)
        if let measuredUnit, let unit, conversionFactor == nil {
            problems.append(.unitMismatch(from: measuredUnit, to: unit))
        } else if let exposedUnit, let contradictingUnit {
            problems.append(.unitOfName(contradictingUnit, exposed: exposedUnit))
        }
        if seriesLimit < 1 { problems.append(.badSeriesLimit(seriesLimit)) }
        if let expiry, expiry <= .zero { problems.append(.badExpiry(expiry)) }
        if let initialZero, initialZero < .zero || initialZero > .zero && !isCumulative {
            problems.append(.badInitialZero(initialZero))
        }
        problems += seeds.filter { $0.count != labels.count }.map { .badSeed($0) }
        switch kind {
        case .histogram: problems += bucketProblems
        case .summary: problems += summaryProblems
        case .counter, .sum, .gauge: break
        }
        return problems
    }

    private var bucketProblems: [DefinitionError.Problem] {
        if let native = buckets.native {
            guard native.isValid else { return [.badNativeBuckets(native)] }
            if buckets.boundaries.isEmpty { return [] }
        }
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
