import PrometheusFormat
import TestKit
import Testing

@Suite(
    .enabled(
        if: !ConformanceVector.all.isEmpty,
        "The OpenMetrics vectors are neither beside the package nor in HELIOGRAPH_VECTORS."),
    .timeLimit(.minutes(5)))
struct ConformanceTests {
    @Test func theVectorsAreComplete() {
        #expect(ConformanceVector.all.count == 211)
        #expect(ConformanceVector.all.count(where: \.shouldParse) == 44)
    }

    @Test(arguments: ConformanceVector.all)
    func agreesWithTheVector(vector: ConformanceVector) {
        let check = ExpositionCheck(vector.page, format: .openMetrics)
        #expect(check.isValid == vector.shouldParse, "\(check.error?.description ?? "accepted")")
    }

    @Test func survivesMutations() throws {
        var random = SeededGenerator(seed: 20_260_101)
        let pages = ConformanceVector.all.filter(\.shouldParse).map(\.page)
        try #require(!pages.isEmpty)
        for round in 0..<1_000 {
            let page = Mutation.mutated(pages[round % pages.count], using: &random)
            for format in [ExpositionFormat.text, .openMetrics] {
                let check = ExpositionCheck(page, format: format)
                #expect(check.isValid || check.sampleCount == 0)
            }
        }
    }
}
