import TelemetryMetrics

extension MetricsBridge.Options {
    /// - Throws: all that is wrong, as `several` where that is more than one thing.
    func check(_ names: NameValidation) throws(MetricsBridgeError) {
        var errors = [seriesLimit, labelLimit].filter { $0 < 1 }.map { MetricsBridgeError.badLimit($0) }
        if let expiry, expiry <= .zero { errors.append(.badExpiry(expiry)) }
        errors += Self.problems(of: timerBuckets, label: nil) + Self.problems(of: recorderBuckets, label: nil)
        for (label, options) in labels.sorted(by: { $0.key < $1.key }) {
            if label.isEmpty { errors.append(.emptyLabel) }
            errors += options.problems(label, names)
        }
        errors += sharedNames
        guard let first = errors.first else { return }
        throw errors.count == 1 ? first : .several(errors)
    }

    private var sharedNames: [MetricsBridgeError] {
        let named = labels.compactMap { label, options in options.name.map { ($0, label) } }
        return Dictionary(grouping: named) { $0.0 }.filter { $0.value.count > 1 }
            .map { .sharedName($0.key, labels: $0.value.map(\.1).sorted()) }
            .sorted { $0.description < $1.description }
    }

    fileprivate static func problems(of buckets: Buckets, label: String?) -> [MetricsBridgeError] {
        if let native = buckets.native {
            guard native.isValid else { return [.badNativeBuckets(native, label: label)] }
            if buckets.boundaries.isEmpty { return [] }
        }
        let boundaries = buckets.boundaries
        let areAscending = zip(boundaries, boundaries.dropFirst()).allSatisfy { $0 < $1 }
        let areFine = 1...4000 ~= boundaries.count && areAscending && boundaries.allSatisfy(\.isFinite)
        return areFine ? [] : [.badBuckets(boundaries, label: label)]
    }
}

extension MetricsBridge.LabelOptions {
    fileprivate func problems(_ label: String, _ names: NameValidation) -> [MetricsBridgeError] {
        var errors: [MetricsBridgeError] = []
        if let name, !names.isMetricName(name) { errors.append(.badName(name, label: label)) }
        if let name, let unit {
            let definition = MetricDefinition(.gauge, name: name, help: "", unit: unit)
            if let named = definition.contradictingUnit {
                errors.append(.unitOfName(named, exposed: unit, label: label))
            }
        }
        if let buckets { errors += MetricsBridge.Options.problems(of: buckets, label: label) }
        guard let kind else { return errors }
        if let unit, kind == .timer, unit.base != .seconds {
            errors.append(.timerInUnit(unit, label: label))
        }
        if buckets != nil, !kind.hasBuckets { errors.append(.bucketsOfKind(kind, label: label)) }
        return errors
    }

    /// Whether all of it can be used for that kind.
    func fit(_ kind: MetricsBridge.LabelKind) -> Bool {
        if let own = self.kind { return own == kind }
        return (buckets == nil || kind.hasBuckets) && (kind != .timer || unit?.base ?? .seconds == .seconds)
    }
}

extension MetricsBridge.LabelKind {
    fileprivate var hasBuckets: Bool { self == .recorder || self == .timer }
}
