import PrometheusFormat
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ExpositionFaultTests {
    private static let faults: [ExpositionFault] = [
        .cutShort, .numberTooLong, .invalidField(7), .wrongWireType(field: 1), .valueOfOtherType(family: "x"),
        .missingValue(family: "x"), .nativeHistogram("x", family: "y"), .missingName, .secondName("x"),
        .unterminatedName, .invalidUTF8, .blankLine, .missingEOF, .textAfterEOF, .unterminatedLine,
        .unknownComment("x"),
        .expected("x", found: "y"), .reservedLabelName("x"), .duplicateLabel("x"), .invalidEscape("x"),
        .unterminatedLabelValue, .invalidValue("x"), .invalidTimestamp("x"), .unknownType("x"),
        .repeatedMetadata(keyword: "x", family: "y"), .metadataAfterSamples(keyword: "x", family: "y"),
        .nameClash("x", owner: "y", type: .gauge), .unitNotInName(unit: "x", family: "y"),
        .unitNotAllowed(.info, family: "x"), .missingLabel("x", sample: "y"),
        .invalidLabelValue("x", label: "y"), .notANumber(sample: "x"), .negative(sample: "x", value: -1),
        .notAnInteger(sample: "x", value: 1.5), .notZeroOrOne(sample: "x", value: 2),
        .notOne(sample: "x", value: 2), .exemplarNotAllowed(sample: "x"), .exemplarTooLong(codePoints: 129),
        .interruptedGroup(family: "x"), .mixedTimestamps(family: "x"), .timestampWentBack(family: "x"),
        .duplicateSeries(sample: "x"), .bucketsOutOfOrder(family: "x"), .bucketsNotCumulative(family: "x"),
        .missingInfinityBucket(family: "x"), .countDiffersFromBuckets(family: "x"),
        .sumWithNegativeBuckets(family: "x"), .negativeSumWithoutNegativeBuckets(family: "x"),
        .sumWithoutCount(family: "x"), .countWithoutSum(family: "x"),
    ]

    @Test(arguments: faults)
    func readsAsASentence(fault: ExpositionFault) {
        #expect(fault.description.count > 15)
        #expect(fault.description.hasSuffix("."))
    }

    @Test func anErrorSaysWhere() {
        let error = ExpositionError.malformed(.invalidValue("x"), line: 3, column: 7)
        #expect(error.description == "line 3, column 7: “x” is not a number.")
    }
}
