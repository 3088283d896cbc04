/// What OpenMetrics asks of the buckets, sum and count of one histogram at one point in time.
struct BucketRules {
    private var started = false
    private var bound: Double?
    private var cumulated = 0.0
    private var count: Double?
    private var sum: Double?
    private var hasNegativeBounds = false

    /// Adds a sample that was checked by itself, after finishing the point before it if it starts another.
    mutating func add(
        _ sample: ExpositionSample, of family: ExpositionFamily, startsPoint: Bool
    ) throws(ExpositionFault) {
        if startsPoint {
            try finishPoint(of: family)
            self = BucketRules()
        }
        started = true
        switch sample.name.dropFirst(family.name.count) {
        case "_bucket": try addBucket(sample, of: family)
        case "_count", "_gcount": count = sample.value
        case "_sum", "_gsum": sum = sample.value
        default: break
        }
    }

    private mutating func addBucket(
        _ sample: ExpositionSample, of family: ExpositionFamily
    ) throws(ExpositionFault) {
        let text = sample.label("le") ?? ""
        guard let next = NumberParser.value(Array(text.utf8)[...]) else {
            throw .invalidLabelValue(text, label: "le")
        }
        if let bound, next <= bound {
            throw .bucketsOutOfOrder(family: family.name)
        }
        guard sample.value >= cumulated else {
            throw .bucketsNotCumulative(family: family.name)
        }
        bound = next
        cumulated = sample.value
        hasNegativeBounds = hasNegativeBounds || next < 0
    }

    /// Checks what only a complete point shows.
    func finishPoint(of family: ExpositionFamily) throws(ExpositionFault) {
        guard started else { return }
        guard bound == .infinity else {
            throw .missingInfinityBucket(family: family.name)
        }
        if let count, count != cumulated {
            throw .countDiffersFromBuckets(family: family.name)
        }
        try checkSum(of: family)
    }

    private func checkSum(of family: ExpositionFamily) throws(ExpositionFault) {
        guard let sum else {
            if count != nil { throw .countWithoutSum(family: family.name) }
            return
        }
        if family.type == .histogram, hasNegativeBounds {
            throw .sumWithNegativeBuckets(family: family.name)
        }
        if family.type == .gaugehistogram, sum < 0, !hasNegativeBounds {
            throw .negativeSumWithoutNegativeBuckets(family: family.name)
        }
        if count == nil { throw .sumWithoutCount(family: family.name) }
    }
}
