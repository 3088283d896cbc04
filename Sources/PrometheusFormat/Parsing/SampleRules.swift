/// What OpenMetrics asks of a single sample of a family.
struct SampleRules {
    /// The family the sample belongs to.
    let family: ExpositionFamily

    /// Checks labels, value and exemplar.
    func check(_ sample: ExpositionSample) throws(ExpositionFault) {
        let suffix = sample.name.dropFirst(family.name.count)
        try checkLabels(sample, suffix: suffix)
        try checkValue(sample, suffix: suffix)
        if sample.exemplar != nil, !allowsExemplar(suffix: suffix) {
            throw .exemplarNotAllowed(sample: sample.name)
        }
    }

    private func allowsExemplar(suffix: Substring) -> Bool {
        (family.type == .counter && suffix == "_total") || (family.type.hasBuckets && suffix == "_bucket")
    }

    private func checkLabels(_ sample: ExpositionSample, suffix: Substring) throws(ExpositionFault) {
        switch (family.type, suffix) {
        case (.histogram, "_bucket"), (.gaugehistogram, "_bucket"):
            _ = try number(of: "le", in: sample)
        case (.summary, ""):
            let quantile = try number(of: "quantile", in: sample)
            try Self.check(quantile: quantile, of: sample)
        case (.stateset, _):
            guard sample.label(family.name) != nil else {
                throw .missingLabel(family.name, sample: sample.name)
            }
        default: break
        }
    }

    /// The label's value as a number; of the infinities only `+Inf` and `-Inf` are canonical.
    private func number(of label: String, in sample: ExpositionSample) throws(ExpositionFault) -> Double {
        guard let text = sample.label(label) else {
            throw .missingLabel(label, sample: sample.name)
        }
        let value = NumberParser.value(Array(text.utf8)[...])
        guard let value, !value.isNaN, value.isFinite || text == "+Inf" || text == "-Inf" else {
            throw .invalidLabelValue(Evidence.shown(text.utf8), label: label)
        }
        return value
    }

    private func checkValue(_ sample: ExpositionSample, suffix: Substring) throws(ExpositionFault) {
        let value = sample.value
        switch (family.type, suffix) {
        case (.stateset, _):
            guard value == 0 || value == 1 else { throw .notZeroOrOne(sample: sample.name, value: value) }
        case (.info, _):
            guard value == 1 else { throw .notOne(sample: sample.name, value: value) }
        case (.summary, ""):
            guard !(value < 0) else { throw .negative(sample: sample.name, value: value) }
        case (_, "_bucket"), (_, "_count"), (_, "_gcount"):
            try Self.checkObservations(sample)
        case (_, "_total"), (_, "_sum"):
            try Self.checkCounts(sample)
        case (_, "_gsum"):
            guard !value.isNaN else { throw .notANumber(sample: sample.name) }
        default: break
        }
    }

    /// Checks which part of the observations is below a value.
    static func check(quantile: Double, of sample: ExpositionSample) throws(ExpositionFault) {
        guard (0...1).contains(quantile) else {
            throw .invalidLabelValue(Evidence.shown((sample.label("quantile") ?? "").utf8), label: "quantile")
        }
    }

    /// Checks a value that counts something.
    static func checkCounts(_ sample: ExpositionSample) throws(ExpositionFault) {
        guard !sample.value.isNaN else { throw .notANumber(sample: sample.name) }
        guard sample.value >= 0 else { throw .negative(sample: sample.name, value: sample.value) }
    }
    /// Checks a value that counts observations.
    static func checkObservations(_ sample: ExpositionSample) throws(ExpositionFault) {
        let value = sample.value
        try checkCounts(sample)
        guard value.magnitude > NumberFormat.exactIntegers || value == Double(Int64(value)) else {
            throw .notAnInteger(sample: sample.name, value: value)
        }
    }
}
