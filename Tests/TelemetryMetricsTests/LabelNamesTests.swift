import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct LabelNamesTests {
    private static let cases: [(constant: [String], names: [String], final: [String])] = [
        ([], ["a", "b"], ["a", "b"]),
        ([], ["exported_le", "le"], ["exported_le", "exported_exported_le"]),
        ([], ["__a"], ["exported___a"]),
        ([], ["heliograph_overflow", "quantile"], ["exported_heliograph_overflow", "exported_quantile"]),
        (["exported_le"], ["le"], ["exported_exported_le"]),
        (["exported_le"], ["exported_le", "le"], ["exported_exported_le", "exported_exported_exported_le"]),
        (
            ["a", "exported_a"], ["a", "exported_exported_a"],
            ["exported_exported_exported_a", "exported_exported_a"]
        ),
    ]

    @Test(arguments: cases)
    func finalNamesAreUniqueAndFree(constant: [String], names: [String], final: [String]) {
        #expect(LabelNames(constantLabels: constant).final(names) == final)
    }

    @Test func theKindDecidesWhatTheExpositionSets() {
        #expect(
            LabelNames(constantLabels: [], kind: .gauge).final(["le", "quantile"]) == ["le", "quantile"])
        #expect(LabelNames(constantLabels: [], kind: .summary).final(["le"]) == ["le"])
        #expect(LabelNames(constantLabels: [], kind: .histogram).final(["le"]) == ["exported_le"])
    }
}
