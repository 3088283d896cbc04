package import ConfigurationKeys
package import TelemetryMetrics
import YAML

extension ValueType<ExpirySetting> {
    static var expiry: Self {
        Self("duration", text: { DurationText.text($0.duration ?? .zero) }) {
            $0.duration().map(ExpirySetting.init)
        }
    }
}

extension ValueType<Buckets> {
    /// At least one finite number, strictly ascending; or `native`, or a mapping of how native ones are chosen.
    static var buckets: Self {
        Self(
            "list of numbers, `native` or mapping",
            inner: KeyTable(
                "buckets", "How native buckets are chosen: a mapping in the place of the bounds.",
                NativeBuckets()),
            text: { $0.boundaries.isEmpty ? "native" : $0.boundaries.inYAML }
        ) { field in
            if field.scalar == "native" { return .native() }
            if case .mapping = field.node.content {
                return field.section(NativeBuckets()).map { Buckets.native($0) }
            }
            return boundaries(field).map { Buckets($0) }
        }
    }

    private static func boundaries(_ field: YAMLField) -> [Double]? {
        guard let fields = field.list() else { return nil }
        guard !fields.isEmpty else { return field.failed("needs at least one bucket") }
        guard fields.count <= Buckets.largestCount else {
            return field.failed("needs at most \(Buckets.largestCount) buckets, not \(fields.count)")
        }
        var bounds: [Double] = []
        for field in fields {
            guard let bound = field.number() else { continue }
            if let last = bounds.last, bound <= last {
                field.fail("buckets ascend strictly, but \(bound) follows \(last)")
            }
            bounds.append(bound)
        }
        return bounds
    }
}

extension ValueType<NativeBuckets?> {
    /// How native buckets are chosen that stand beside bounds.
    static var nativeBesideBounds: Self {
        let inner = KeyTable(
            "native", "Native buckets beside the bounds; `{}` takes the defaults.", NativeBuckets())
        return Self("mapping", inner: inner, text: { _ in nil }) { field in
            field.section(NativeBuckets()).map(Optional.some)
        }
    }
}

extension NativeBuckets: KeyedSection {
    package static let keys: [Key<NativeBuckets>] = [
        Key(
            "growth-factor", \.growthFactor, .number,
            "A bucket's upper bound is at most this many times its lower one; above 1."),
        Key(
            "limit", \.limit, .whole(atLeast: 1),
            "More buckets than this, from 1 to 1000, make a histogram coarser."),
        Key(
            "zero-threshold", \.zeroThreshold, .number, default: "2⁻¹²⁸, some 2.9e-39",
            "Magnitudes up to this count as zero."),
        Key(
            "largest-zero-threshold", \.largestZeroThreshold, .number,
            "How far the zero threshold may grow instead of halving the resolution."),
        Key(
            "reset-after", \.resetAfter, ifWritten: .duration, default: "never",
            "After how long a histogram with too many buckets begins anew instead."),
    ]

    package func finish(_ fields: SectionFields) -> Bool {
        if !isValid {
            fields.section.fail(
                "needs a growth factor above 1, a limit from 1 to 1000, no negative threshold and a reset time above zero"
            )
        }
        return isValid
    }
}

extension ValueType<[Double]> {
    /// At least one number between 0 and 1, each once.
    static var quantiles: Self {
        Self("list of numbers", text: { $0.inYAML }) { field in
            guard let fields = field.list() else { return nil }
            guard !fields.isEmpty else { return field.failed("needs at least one quantile") }
            var quantiles: [Double] = []
            var seen: Set<Double> = []
            for field in fields {
                guard let quantile = field.number() else { continue }
                if !(0...1).contains(quantile) {
                    field.fail("a quantile is between 0 and 1, not \(quantile)")
                }
                if !seen.insert(quantile).inserted { field.fail("\(quantile) appears twice") }
                quantiles.append(quantile)
            }
            return quantiles
        }
    }
}

extension ValueType<Double> {
    /// How far the quantiles of a summary may be from the true values.
    static var relativeError: Self {
        let least = MetricDefinition.smallestRelativeError
        return number("number from \(least), below 1") { error in
            error >= least && error < 1 ? nil : "needs a number from \(least) and below 1, not \(error)"
        }
    }
}

extension ValueType<MetricUnit> {
    /// The name of a unit, or the same with its base unit.
    static var unit: Self {
        let inner = KeyTable("unit", "A unit written out: a mapping in the place of its name.", UnitPair())
        return Self("unit or mapping", inner: inner, text: { $0.rawValue }) { field in
            field.scalar == nil ? field.section(UnitPair())?.from : field.choice(MetricUnit.self)
        }
    }
}

/// A unit with its base unit, written out.
private struct UnitPair: KeyedSection {
    var from: MetricUnit?
    var to: MetricUnit?

    package static let keys: [Key<UnitPair>] = [
        Key("from", \.from, ifWritten: .choice, isRequired: true, "The unit that values come in."),
        Key("to", \.to, ifWritten: .choice, isRequired: true, "The base unit of `from`: `second` or `byte`."),
    ]

    package func finish(_ fields: SectionFields) -> Bool {
        guard let from, let to, to != from.base else { return true }
        fields["to"]?.fail(
            "needs \(from.base.rawValue), the base unit of \(from.rawValue), not \(to.rawValue)")
        return false
    }
}

extension [Double] {
    fileprivate var inYAML: String { "[\(map(\.shortest).joined(separator: ", "))]" }
}
