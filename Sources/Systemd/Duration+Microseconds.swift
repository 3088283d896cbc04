extension Duration {
    /// Microseconds, rounded down, and held within what an `Int64` can say.
    var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, isTooLarge) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        guard !isTooLarge else { return seconds < 0 ? .min : .max }
        return sum
    }
}
