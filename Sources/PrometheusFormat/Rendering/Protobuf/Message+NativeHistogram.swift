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
        append(MetricField.histogram, room: 2) { histogram in
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
        append(reading.negative, spans: HistogramField.negativeSpan, deltas: HistogramField.negativeDelta)
        append(reading.positive, spans: HistogramField.positiveSpan, deltas: HistogramField.positiveDelta)
        if count == 0, reading.zeroThreshold == 0 {
            // Nothing else tells a server that this histogram isn't a classic one.
            append(numbers: BucketSpan.mostNumbers) { room in
                room.append(HistogramField.positiveSpan, BucketSpan(offset: 0, length: 0))
            }
        }
    }

    /// Appends the spans of buckets, and the count of each one less that of the one before it, with the empty ones within spans.
    private mutating func append(_ buckets: [NativeReading.Bucket], spans: Int, deltas: Int) {
        append(numbers: buckets.count * BucketSpan.mostNumbers) { room in
            for span in BucketSpans(buckets) { room.append(spans, span) }
        }
        append(numbers: buckets.count * (BucketSpans.longestGap + 1)) { room in
            var previous: (index: Int, count: Int64)?
            for bucket in buckets {
                if let (index, count) = previous, BucketSpans.areInOneSpan(index, bucket.index) {
                    for empty in 0..<bucket.index - index - 1 {
                        room.append(deltas, signed: empty == 0 ? 0 &- count : 0)
                        previous = (index, 0)
                    }
                }
                let count = Int64(bitPattern: bucket.count)
                room.append(deltas, signed: count &- (previous?.count ?? 0))
                previous = (bucket.index, count)
            }
        }
    }
}

extension BucketSpan {
    /// It takes no more bytes than so many fields of numbers.
    fileprivate static let mostNumbers = 3
}
