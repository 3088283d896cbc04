import Bytes

/// The label names that the exposition, Prometheus and a store's constant labels take, and what becomes of a sender's
/// label with such a name.
package struct LabelNames: Sendable {
    /// The label of the overflow series.
    package static let overflow = "heliograph_overflow"

    /// Which names there may be.
    package let validation: NameValidation
    private let taken: [[UInt8]]
    /// A bit for each of their lengths, as hardly any label needs to be compared.
    private let lengths: UInt64

    /// The names beside the constant labels of a store, of metrics of `kind`; nil for all kinds.
    package init(constantLabels: [String], kind: MetricKind? = nil, validation: NameValidation = .legacy) {
        self.validation = validation
        taken = (Self.ofExposition(kind).sorted() + constantLabels).map { Self.legacy(Array($0.utf8)[...]) }
        lengths = taken.reduce(0) { $0 | Self.bit(ofLength: $1.count) }
    }

    /// What the exposition of metrics of `kind` sets itself; nil for all kinds.
    package static func ofExposition(_ kind: MetricKind?) -> Set<String> {
        switch kind {
        case .histogram: [overflow, "le"]
        case .summary: [overflow, "quantile"]
        case .counter, .sum, .gauge: [overflow]
        case nil: [overflow, "le", "quantile"]
        }
    }

    /// Whether a sender's label can't have the name.
    package func isReserved(_ name: ArraySlice<UInt8>) -> Bool {
        guard validation == .legacy else { return isReserved(legacy: Self.legacy(name)[...]) }
        return isReserved(legacy: name)
    }

    /// What a server without UTF-8 names takes the name of a label for.
    package static func legacy(_ name: ArraySlice<UInt8>) -> [UInt8] {
        let bytes = Array(name)
        guard !PrometheusName.isLabel(name) else { return bytes }
        var legacy: [UInt8] = []
        bytes.withBytes(in: bytes.indices) {
            PrometheusName.appendSanitised($0, in: bytes.indices, isLabel: true, to: &legacy)
        }
        return legacy
    }

    private func isReserved(legacy name: ArraySlice<UInt8>) -> Bool {
        let underscore = UInt8(ascii: "_")
        if name.count > 1, name[name.startIndex] == underscore, name[name.startIndex + 1] == underscore {
            return true
        }
        guard lengths & Self.bit(ofLength: name.count) != 0 else { return false }
        return taken.contains { $0.count == name.count && $0[...] == name }
    }

    private static func bit(ofLength length: Int) -> UInt64 { 1 << UInt64(min(length, 63)) }

    /// The first name of the form `exported_…` that is neither reserved nor taken, as Prometheus renames labels in conflict
    /// with those of a target.
    package func exported(_ name: ArraySlice<UInt8>, isTaken: ([UInt8]) -> Bool) -> [UInt8] {
        var name = Array(name)
        repeat { name.insert(contentsOf: Self.mark, at: 0) } while isReserved(name[...]) || isTaken(name)
        return name
    }

    /// What distinct names, in their order, are called in one series: themselves, or where they are reserved `exported_…`.
    package func final(_ names: [String]) -> [String] {
        var taken = Set(names)
        return names.map { name in
            let bytes = Array(name.utf8)
            guard isReserved(bytes[...]) else { return name }
            let exported = self.exported(bytes[...]) { taken.contains(String(decoding: $0, as: UTF8.self)) }
            let new = String(decoding: exported, as: UTF8.self)
            taken.insert(new)
            return new
        }
    }

    private static let mark = Array("exported_".utf8)
}

extension LabelNames {
    /// All that is wrong with the labels of a metric of `kind`; nil for labels that metrics of all kinds have.
    static func problems(
        of labels: [String], _ kind: MetricKind?, _ names: NameValidation
    ) -> [DefinitionError.Problem] {
        let reserved = ofExposition(kind)
        var problems: [DefinitionError.Problem] = []
        var seen: Set<String> = []
        for label in labels {
            if !names.isLabelName(label) { problems.append(.malformedLabel(label)) }
            let legacy =
                PrometheusName.isLabelName(label) ? label : PrometheusName.sanitised(label, isLabel: true)
            if !seen.insert(legacy).inserted { problems.append(.duplicateLabel(label)) }
            if reserved.contains(label) { problems.append(.reservedLabel(label)) }
        }
        return problems
    }

    /// Checks labels that all series of a store are to have.
    ///
    /// - Throws: all that is wrong with them; the errors name no metric.
    package static func check(constantLabels: [String], _ names: NameValidation) throws(DefinitionErrors) {
        let errors = problems(of: constantLabels, nil, names).map {
            DefinitionError(metric: DefinitionError.allMetrics, problem: $0)
        }
        guard errors.isEmpty else { throw DefinitionErrors(errors: errors) }
    }
}
