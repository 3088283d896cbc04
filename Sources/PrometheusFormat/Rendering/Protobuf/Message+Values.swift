import TelemetryMetrics

/// What a Metric holds beside its labels.
extension Message {
    mutating func append(gauge value: Double) {
        append(MetricField.gauge) { $0.append(GaugeField.value, double: value) }
    }

    mutating func append(counter value: Double, exemplar: Exemplar?, created: UInt64) {
        append(MetricField.counter) { counter in
            counter.append(CounterField.value, double: value)
            if let exemplar { counter.append(CounterField.exemplar, exemplar) }
            counter.append(CounterField.created, milliseconds: created)
        }
    }

    /// Appends a Summary; the quantiles of an empty window are NaN.
    mutating func append(summary reading: SummaryReading, quantiles: [Double], created: UInt64) {
        append(MetricField.summary) { summary in
            summary.append(SummaryField.count, unsigned: reading.count)
            summary.append(SummaryField.sum, double: reading.sum)
            for (index, quantile) in quantiles.enumerated() {
                summary.append(SummaryField.quantile) { message in
                    message.append(QuantileField.quantile, double: quantile)
                    message.append(QuantileField.value, double: reading.quantiles?[index] ?? .nan)
                }
            }
            summary.append(SummaryField.created, milliseconds: created)
        }
    }

    /// Appends a classic Histogram.
    ///
    /// The bucket of +Inf is left out, as its count is the one of all, unless it has an exemplar.
    mutating func append(
        histogram reading: HistogramReading, boundaries: [Double], exemplars: [Exemplar?], created: UInt64
    ) {
        append(MetricField.histogram) { histogram in
            histogram.append(HistogramField.count, unsigned: reading.counts.reduce(0, &+))
            histogram.append(HistogramField.sum, double: reading.sum)
            var total: UInt64 = 0
            for (index, count) in reading.counts.enumerated() {
                total &+= count
                let exemplar = index < exemplars.count ? exemplars[index] : nil
                let boundary = index < boundaries.count ? boundaries[index] : .infinity
                guard boundary.isFinite || exemplar != nil else { continue }
                histogram.append(bucketTo: boundary, count: total, exemplar: exemplar)
            }
            histogram.append(HistogramField.created, milliseconds: created)
        }
    }

    /// Appends a cumulative bucket of a Histogram.
    mutating func append(bucketTo boundary: Double, count: UInt64, exemplar: Exemplar?) {
        append(HistogramField.bucket) { bucket in
            bucket.append(BucketField.cumulativeCount, unsigned: count)
            bucket.append(BucketField.upperBound, double: boundary)
            if let exemplar { bucket.append(BucketField.exemplar, exemplar) }
        }
    }
}
