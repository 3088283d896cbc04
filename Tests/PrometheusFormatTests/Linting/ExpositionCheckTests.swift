@testable import PrometheusFormat
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ExpositionCheckTests {
    @Test func countsWhatAValidPageHolds() {
        let check = ExpositionCheck(Array("# HELP a x\na 1\na{b=\"c\"} 2\nd 1\n".utf8), format: .text)
        #expect(check.isValid)
        #expect(check.familyCount == 2)
        #expect(check.sampleCount == 3)
        #expect(check.report(source: "page") == ["page:4: warning: “d” has no help text."])
    }

    @Test func reportsTheFaultOfAnInvalidPageAlone() {
        let check = ExpositionCheck(Array("d 1\nd x\n".utf8), format: .text)
        #expect(!check.isValid)
        #expect(check.findings == [])
        #expect(check.sampleCount == 0)
        #expect(check.report(source: "-") == ["-:2:3: error: “x” is not a number."])
    }

    @Test func aNameIsNoLineOfItsOwn() {
        let page = Array(
            "# HELP \"a\\nb:1:1: error: x\" H.\n{\"a\\nb:1:1: error: x\"} 1\n# TYPE \"a\\nb:1:1: error: x\" gauge\n"
                .utf8)
        let report = ExpositionCheck(page, format: .text1).report(source: "page")
        #expect(report.count == 1)
        #expect(report[0].contains("“a\\nb:1:1: error: x”"))
        #expect(!report[0].contains("\n"))
    }

    @Test func readsAPageByItsFormat() {
        let page = Array("# HELP a x\na 1\n".utf8)
        #expect(ExpositionCheck(page, format: .text).isValid)
        #expect(ExpositionCheck(page, format: .openMetrics).error?.fault == .missingEOF)
        #expect(ExpositionCheck(page, format: .protobuf).error?.fault == .cutShort)
    }

    @Test(arguments: [
        LintRule.missingHelp, .nonBaseUnit(found: "x", base: "y"), .abbreviatedUnit("x"),
        .counterWithoutTotal,
        .totalInCounterFamily, .totalOnOther, .reservedSuffix("x", owner: "y"),
        .reservedLabel("x", owner: "y"),
        .typeInName("x"), .colonInName, .camelCaseName, .camelCaseLabel("x"),
        .nonCanonicalBound(label: "x", value: "y", canonical: "z"), .duplicateSeries("x"), .scatteredFamily,
        .bucketWithoutBound, .missingInfinityBucket, .bucketsNotCumulative, .countDiffersFromBuckets,
        .bucketsOutOfOrder, .wrongSample(.negative(sample: "x", value: -1)),
    ])
    func everyFindingIsASentence(rule: LintRule) {
        let finding = ExpositionFinding(metric: "m", line: 2, rule: rule)
        #expect(finding.description.hasPrefix("line 2: “m” "))
        #expect(finding.description.hasSuffix("."))
        #expect(finding.description.count > 25)
    }
}
