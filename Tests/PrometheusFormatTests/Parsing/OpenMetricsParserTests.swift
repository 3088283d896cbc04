@testable import PrometheusFormat
import Testing

@Suite(.timeLimit(.minutes(5)))
struct OpenMetricsParserTests {
    @Test func readsAWholePage() throws {
        let page = """
            # HELP shop_orders Orders \\"placed\\".\\nAll of them.
            # TYPE shop_orders counter
            shop_orders_total{way="a\\"b\\\\c\\nd"} 3 1.5 # {trace="x y"} 0.5 2
            shop_orders_created{way="a\\"b\\\\c\\nd"} 1.25 1.5
            # TYPE shop_open_seconds gauge
            # UNIT shop_open_seconds seconds
            shop_open_seconds{} -Inf
            bare 1e3
            # EOF

            """
        let way = ExpositionLabel(name: "way", value: "a\"b\\c\nd")
        let exemplar = ExpositionExemplar(
            labels: [ExpositionLabel(name: "trace", value: "x y")], value: 0.5, timestamp: 2)
        let orders = ExpositionFamily(
            name: "shop_orders", type: .counter, help: "Orders \"placed\".\nAll of them.",
            samples: [
                ExpositionSample(
                    name: "shop_orders_total", labels: [way], value: 3, timestamp: 1.5, exemplar: exemplar,
                    line: 3),
                ExpositionSample(
                    name: "shop_orders_created", labels: [way], value: 1.25, timestamp: 1.5, line: 4),
            ],
            line: 1)
        let open = ExpositionFamily(
            name: "shop_open_seconds", type: .gauge, unit: "seconds",
            samples: [ExpositionSample(name: "shop_open_seconds", labels: [], value: -.infinity, line: 7)],
            line: 5)
        let bare = ExpositionFamily(
            name: "bare", samples: [ExpositionSample(name: "bare", labels: [], value: 1000, line: 8)], line: 8
        )
        let parsed = try OpenMetricsParser.parse(Array(page.utf8))
        #expect(parsed == Exposition(families: [orders, open, bare]))
        #expect(parsed.sampleCount == 4)
    }

    @Test(arguments: [
        ("", ExpositionFault.missingEOF, 1, 1),
        ("a 1\n", .missingEOF, 2, 1),
        ("a 1\n\n# EOF\n", .blankLine, 2, 1),
        ("# EOF\n\n", .textAfterEOF, 2, 1),
        ("# EOF\r\n", .unknownComment("# EOF\\r"), 1, 1),
        ("#TYPE a gauge\n# EOF\n", .unknownComment("#TYPE a gauge"), 1, 1),
        ("a 1\na\u{301} 1\n", .expected("a space before the value", found: "“\u{301}”"), 2, 2),
        ("a{b=\"c\" 1\n", .expected("“,” or “}” after a label", found: "a space"), 1, 8),
        ("a{b=\"c\\", .unterminatedLabelValue, 1, 8),
        ("a{__name__=\"c\"} 1\n", .reservedLabelName("__name__"), 1, 3),
        ("a{b=\"c\",b=\"d\"} 1\n", .duplicateLabel("b"), 1, 9),
        ("a 1x\n", .invalidValue("1x"), 1, 3),
        ("a 1e999\n", .invalidValue("1e999"), 1, 3),
        ("a 1 NaN\n", .invalidTimestamp("NaN"), 1, 5),
        ("a 1 1 \n", .expected("an exemplar", found: "the end of the line"), 1, 7),
        ("# TYPE a untyped\n", .unknownType("untyped"), 1, 10),
        ("# TYPE a gauge\n# TYPE a gauge\n", .repeatedMetadata(keyword: "TYPE", family: "a"), 2, 8),
        ("a 1\n# HELP a x\n", .metadataAfterSamples(keyword: "HELP", family: "a"), 2, 8),
        ("# UNIT a seconds\n", .unitNotInName(unit: "seconds", family: "a"), 1, 10),
        ("# TYPE a_s info\n# UNIT a_s s\n# EOF\n", .unitNotAllowed(.info, family: "a_s"), 2, 1),
    ])
    func namesFaultAndPlaceOfBrokenLines(page: String, fault: ExpositionFault, line: Int, column: Int) {
        #expect(throws: ExpositionError.malformed(fault, line: line, column: column)) {
            try OpenMetricsParser.parse(Array(page.utf8))
        }
    }

    @Test(arguments: [
        (
            "# TYPE a counter\na_total 1\na 1\n",
            ExpositionFault.nameClash("a", owner: "a", type: .counter), 3, 1
        ),
        (
            "a_count 1\n# TYPE a summary\n# EOF\n",
            .nameClash("a_count", owner: "a_count", type: .unknown), 2, 1
        ),
        ("a{x=\"1\"} 1\na{x=\"1\"} 1\n", .duplicateSeries(sample: "a"), 2, 1),
        ("# TYPE a gauge\na{x=\"1\"} 1\na 1\na{x=\"1\"} 1\n", .interruptedGroup(family: "a"), 4, 1),
        ("# TYPE a gauge\na 1 2\na 1\n", .mixedTimestamps(family: "a"), 3, 4),
        ("# TYPE a gauge\na 1 2\na 1 1\n", .timestampWentBack(family: "a"), 3, 5),
        ("# TYPE a counter\na_total -1\n", .negative(sample: "a_total", value: -1), 2, 9),
        ("# TYPE a info\na_info 1 # {} 1\n", .exemplarNotAllowed(sample: "a_info"), 2, 10),
        ("# TYPE a summary\na_count 1.5\n", .notAnInteger(sample: "a_count", value: 1.5), 2, 9),
        ("# TYPE a summary\na{quantile=\"1.1\"} 1\n", .invalidLabelValue("1.1", label: "quantile"), 2, 2),
        ("# TYPE a histogram\na_bucket 1\n", .missingLabel("le", sample: "a_bucket"), 2, 9),
    ])
    func namesFaultAndPlaceOfBrokenRules(page: String, fault: ExpositionFault, line: Int, column: Int) {
        #expect(throws: ExpositionError.malformed(fault, line: line, column: column)) {
            try OpenMetricsParser.parse(Array(page.utf8))
        }
    }

    @Test(arguments: [
        (
            "a_bucket{x=\"1\",le=\"1\"} 1\na_bucket{x=\"2\",le=\"+Inf\"} 1",
            ExpositionFault.missingInfinityBucket(family: "a"), 2
        ),
        ("a_bucket{le=\"2\"} 1\na_bucket{le=\"1\"} 1", .bucketsOutOfOrder(family: "a"), 3),
        ("a_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1", .bucketsNotCumulative(family: "a"), 3),
        ("a_bucket{le=\"+Inf\"} 1\na_count 2\na_sum 1", .countDiffersFromBuckets(family: "a"), 4),
        ("a_bucket{le=\"+Inf\"} 1\na_sum 1", .sumWithoutCount(family: "a"), 3),
        ("a_bucket{le=\"+Inf\"} 1\na_count 1", .countWithoutSum(family: "a"), 3),
    ])
    func namesFaultAndLineOfBrokenHistograms(samples: String, fault: ExpositionFault, line: Int) {
        let page = Array("# TYPE a histogram\n\(samples)\n# EOF\n".utf8)
        let error = #expect(throws: ExpositionError.self) { try OpenMetricsParser.parse(page) }
        #expect(error?.fault == fault)
        #expect(error?.place == "\(line):1")
    }

    @Test func showsNoControlCharactersAndNoEndlessText() {
        let page = "a \u{1B}[2J\u{202E}" + String(repeating: "é", count: 1_000) + "\n"
        let error = #expect(throws: ExpositionError.self) { try OpenMetricsParser.parse(Array(page.utf8)) }
        let shown = "\\u{1B}[2J\\u{202E}" + String(repeating: "é", count: 55) + "…"
        #expect(error?.fault == .invalidValue(shown))
    }

    @Test func tellsCanonicallyEquivalentLabelValuesApart() throws {
        let page = "a{x=\"\u{E9}\"} 1\na{x=\"e\u{301}\"} 1\n# EOF\n"
        #expect(try OpenMetricsParser.parse(Array(page.utf8)).sampleCount == 2)
    }

    @Test(arguments: [
        ([0x61, 0x20, 0x31, 0x0A, 0x23, 0xFF], 2, 2), ([0xC3], 1, 1), ([0x61, 0xED, 0xA0, 0x80], 1, 2),
    ])
    func refusesInvalidUTF8(page: [UInt8], line: Int, column: Int) {
        let expected = ExpositionError.malformed(.invalidUTF8, line: line, column: column)
        #expect(throws: expected) { try OpenMetricsParser.parse(page) }
        #expect(throws: expected) { try TextParser.parse(page) }
    }

    @Test func readsThousandsOfLabelsOnOneLine() throws {
        let labels = (0..<20_000).map { "l\($0)=\"\"" }.joined(separator: ",")
        let parsed = try OpenMetricsParser.parse(Array("a{\(labels)} 1\n# EOF".utf8))
        #expect(parsed.families.first?.samples.first?.labels.count == 20_000)
        #expect(throws: ExpositionError.self) {
            try OpenMetricsParser.parse(Array("a{\(labels),l7=\"\"} 1\n# EOF".utf8))
        }
    }
}
