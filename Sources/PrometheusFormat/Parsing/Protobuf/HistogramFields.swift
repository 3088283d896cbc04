/// The fields of a Histogram, with classic buckets, native ones, or both.
struct HistogramFields {
    private(set) var count = 0.0
    private(set) var sum = 0.0
    /// Cumulated, as they are written.
    private(set) var buckets: [(bound: Double, count: Double)] = []
    private var schema: Int64?
    private var zeroThreshold = 0.0
    private var zeroCount = 0.0
    private var negative = NativeSide()
    private var positive = NativeSide()

    /// Reads and judges them.
    init(_ reader: MessageReader, of family: ExpositionFamily) throws(ExpositionError) {
        var message = reader
        while let field = try message.next() { try take(field, message) }
        if let fault = classicFault(family) ?? nativeFault(family) {
            throw reader.fault(fault, at: reader.place)
        }
    }

    private mutating func take(
        _ field: MessageReader.Field, _ message: MessageReader
    ) throws(ExpositionError) {
        switch field.number {
        case HistogramField.count: count = Double(try message.number(field))
        case HistogramField.floatCount: count = try message.double(field)
        case HistogramField.sum: sum = try message.double(field)
        case HistogramField.bucket: try takeBucket(try message.message(field))
        case HistogramField.schema: schema = try message.signed(field)
        case HistogramField.zeroThreshold: zeroThreshold = try message.double(field)
        case HistogramField.zeroCount: zeroCount = Double(try message.number(field))
        case HistogramField.floatZeroCount: zeroCount = try message.double(field)
        case HistogramField.negativeSpan: try negative.takeSpan(try message.message(field))
        case HistogramField.positiveSpan: try positive.takeSpan(try message.message(field))
        case HistogramField.negativeDelta: try message.append(field, to: &negative.deltas)
        case HistogramField.positiveDelta: try message.append(field, to: &positive.deltas)
        case HistogramField.negativeCount: try message.append(field, to: &negative.counts)
        case HistogramField.positiveCount: try message.append(field, to: &positive.counts)
        default: break
        }
    }

    private mutating func takeBucket(_ message: MessageReader) throws(ExpositionError) {
        var message = message
        var (bound, count) = (0.0, 0.0)
        while let field = try message.next() {
            switch field.number {
            case BucketField.cumulativeCount: count = Double(try message.number(field))
            case BucketField.upperBound: bound = try message.double(field)
            case BucketField.floatCount: count = try message.double(field)
            default: break
            }
        }
        buckets.append((bound, count))
    }

    /// What is wrong with the classic buckets.
    private func classicFault(_ family: ExpositionFamily) -> ExpositionFault? {
        if buckets.contains(where: { $0.bound.isNaN }) { return .invalidLabelValue("NaN", label: "le") }
        for (bucket, next) in zip(buckets, buckets.dropFirst()) {
            if bucket.bound >= next.bound { return .bucketsOutOfOrder(family: family.name) }
            if bucket.count > next.count { return .bucketsNotCumulative(family: family.name) }
        }
        guard let last = buckets.last else { return nil }
        if last.bound == .infinity, last.count != count {
            return .countDiffersFromBuckets(family: family.name)
        }
        return last.count > count ? .bucketsNotCumulative(family: family.name) : nil
    }

    /// What is wrong with the native ones: as Prometheus checks them before it stores them.
    private func nativeFault(_ family: ExpositionFamily) -> ExpositionFault? {
        guard let schema else { return nil }
        guard (-4...8).contains(schema) || schema == -53 else {
            return .nativeHistogram("its schema is \(schema)", family: family.name)
        }
        if !(zeroThreshold >= 0) {
            return .nativeHistogram("its zero threshold is \(zeroThreshold)", family: family.name)
        }
        for side in [negative, positive] {
            if let problem = side.problem { return .nativeHistogram(problem, family: family.name) }
        }
        let total = zeroCount + negative.total + positive.total
        // Observations of NaN are in no bucket.
        guard sum.isNaN ? total <= count : total == count else {
            return .nativeHistogram("its buckets have \(total) observations of \(count)", family: family.name)
        }
        return nil
    }
}

/// The buckets of a native histogram above or below zero.
private struct NativeSide {
    private var spans: [(offset: Int64, length: UInt64)] = []
    var deltas: [Int64] = []
    var counts: [Double] = []

    mutating func takeSpan(_ message: MessageReader) throws(ExpositionError) {
        var message = message
        var (offset, length): (Int64, UInt64) = (0, 0)
        while let field = try message.next() {
            switch field.number {
            case SpanField.offset: offset = try message.signed(field)
            case SpanField.length: length = try message.number(field)
            default: break
            }
        }
        spans.append((offset, length))
    }

    /// What is wrong with them.
    var problem: String? {
        if let span = spans.dropFirst().first(where: { $0.offset < 0 }) {
            return "a span has the offset \(span.offset)"
        }
        var length: UInt64 = 0
        for span in spans {
            let (sum, overflow) = length.addingReportingOverflow(span.length)
            guard !overflow else { return "its spans are too long" }
            length = sum
        }
        let given = UInt64(max(deltas.count, counts.count))
        guard length == given else { return "its spans have \(length) buckets, not \(given)" }
        if numbers.contains(where: { $0 < 0 }) { return "a bucket has less than no observations" }
        return nil
    }

    var total: Double { numbers.reduce(0, +) }

    private var numbers: [Double] {
        guard counts.isEmpty else { return counts }
        var count = 0.0
        return deltas.map {
            count += Double($0)
            return count
        }
    }
}
