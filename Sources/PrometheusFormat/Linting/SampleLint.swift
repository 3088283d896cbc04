/// Looks for samples of a text page that no metric of their type has; OpenMetrics makes the same ones errors.
///
/// A server takes them, and so does promtool: what it computes of them is wrong. Sums and quantiles may be negative here or NaN, since
/// observations may.
struct SampleLint {
    let family: ExpositionFamily

    /// The first such sample: what is wrong with it, and its line.
    func firstProblem() -> (ExpositionFault, line: Int)? {
        for sample in family.samples {
            do throws(ExpositionFault) {
                try check(sample)
            } catch {
                return (error, sample.line)
            }
        }
        return nil
    }

    private func check(_ sample: ExpositionSample) throws(ExpositionFault) {
        switch (family.type, sample.name.dropFirst(family.name.count)) {
        case (.counter, ""): try SampleRules.checkCounts(sample)
        case (.histogram, "_bucket"):
            if bound("le", of: sample)?.isNaN == true { throw .invalidLabelValue("NaN", label: "le") }
            try SampleRules.checkObservations(sample)
        case (.histogram, "_count"), (.summary, "_count"): try SampleRules.checkObservations(sample)
        case (.summary, ""):
            if let quantile = bound("quantile", of: sample) {
                try SampleRules.check(quantile: quantile, of: sample)
            }
        default: break
        }
    }

    private func bound(_ label: String, of sample: ExpositionSample) -> Double? {
        sample.label(label).flatMap { NumberParser.value(Array($0.utf8)[...]) }
    }
}
