import TelemetryMetrics

extension Message {
    /// Appends a native histogram to a Metric, with its counts by boundaries where it has some.
    ///
    /// Servers before Prometheus 2.52 read the exemplars of buckets only, so those of one without boundaries have the newest one in a
    /// bucket of +Inf too. Both counts are read one after the other: the native ones, which a server adds up, decide.
    mutating func append(
        native reading: NativeReading, classic: [UInt64] = [], boundaries: [Double] = [],
        exemplars: [Exemplar?], created: UInt64
    ) {
        append(MetricField.histogram) { histogram in
            let count = reading.count
            histogram.append(HistogramField.count, unsigned: count)
            histogram.append(HistogramField.sum, double: reading.sum)
            var total: UInt64 = 0
            for (index, boundary) in boundaries.enumerated() where index < classic.count {
                total = min(total &+ classic[index], count)
                let exemplar = index < exemplars.count ? exemplars[index] : nil
                histogram.append(bucketTo: boundary, count: total, exemplar: exemplar)
            }
            if boundaries.isEmpty, let newest = exemplars.newest {
                histogram.append(bucketTo: .infinity, count: count, exemplar: newest)
            }
            histogram.append(buckets: reading, count: count)
            histogram.append(HistogramField.created, milliseconds: created)
            for case let exemplar? in exemplars { histogram.append(HistogramField.exemplar, exemplar) }
        }
    }

    private mutating func append(buckets reading: NativeReading, count: UInt64) {
        append(HistogramField.schema, signed: Int64(reading.schema))
        append(HistogramField.zeroThreshold, double: reading.zeroThreshold)
        append(HistogramField.zeroCount, unsigned: reading.zeroCount)
        append(spans: BucketSpans(reading.negative), HistogramField.negativeSpan)
        append(deltas: reading.negative, HistogramField.negativeDelta)
        append(spans: BucketSpans(reading.positive), HistogramField.positiveSpan)
        append(deltas: reading.positive, HistogramField.positiveDelta)
        if count == 0, reading.zeroThreshold == 0 {
            // Nothing else tells a server that this histogram isn't a classic one.
            append(span: BucketSpan(offset: 0, length: 0), HistogramField.positiveSpan)
        }
    }

    private mutating func append(spans: BucketSpans, _ field: Int) {
        for span in spans { append(span: span, field) }
    }

    private mutating func append(span: BucketSpan, _ field: Int) {
        append(field) { message in
            message.append(SpanField.offset, signed: Int64(span.offset))
            message.append(SpanField.length, unsigned: UInt64(span.length))
        }
    }

    /// Appends the count of each bucket less the one before it, and those of the empty ones within spans.
    private mutating func append(deltas buckets: [NativeReading.Bucket], _ field: Int) {
        var previous: (index: Int, count: Int64)?
        for bucket in buckets {
            append(numbers: BucketSpans.longestGap + 1) { room in
                if let (index, count) = previous, BucketSpans.areInOneSpan(index, bucket.index) {
                    for empty in 0..<bucket.index - index - 1 {
                        room.append(field, signed: empty == 0 ? 0 &- count : 0)
                        previous = (index, 0)
                    }
                }
                let count = Int64(bitPattern: bucket.count)
                room.append(field, signed: count &- (previous?.count ?? 0))
                previous = (bucket.index, count)
            }
        }
    }
}
