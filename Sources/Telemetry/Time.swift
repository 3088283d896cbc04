extension Duration {
    /// The wait after a streak of so many failures: this long after the first, doubled with each further one, at most `most`.
    package func doubled(afterFailures failures: Int, upTo most: Duration) -> Duration {
        var wait = min(self, most)
        // Zero and negative waits don't grow by doubling.
        guard wait > .zero else { return wait }
        for _ in 1..<max(failures, 1) {
            // Compared before doubling, so that no number of failures overflows, nor takes long.
            guard wait < most / 2 else { return most }
            wait *= 2
        }
        return wait
    }

    /// The duration in nanoseconds, at most `Int64.max`.
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carry) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carry ? (seconds < 0 ? .min : .max) : sum
    }

    /// The duration in seconds, as Prometheus counts them.
    package var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
